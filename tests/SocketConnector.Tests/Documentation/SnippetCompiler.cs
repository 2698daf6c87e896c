using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.Extensions.Logging;
using SocketConnector.ProxyProtocol;
using SocketConnector.Rendezvous;

namespace SocketConnector.Tests.Documentation;

/// <summary>Compiles a block of C# as a reader would who pastes it into a new console project that references the libraries.</summary>
internal static class SnippetCompiler
{
    private static readonly CSharpParseOptions _language = new(LanguageVersion.Preview);
    private static readonly ImmutableArray<MetadataReference> _references = FindReferences();

    /// <returns>What the compiler finds wrong, each with file and line; nothing when the snippet is right.</returns>
    public static IEnumerable<string> Compile(string path, int firstLine, string code, CancellationToken cancellationToken)
    {
        SyntaxTree snippet = CSharpSyntaxTree.ParseText(code, _language, path, cancellationToken: cancellationToken);
        bool isProgram = snippet.GetCompilationUnitRoot(cancellationToken).Members.OfType<GlobalStatementSyntax>().Any();
        var compilation = CSharpCompilation.Create(
            "Snippet",
            [snippet, CSharpSyntaxTree.ParseText(ImplicitUsings.Text, _language, cancellationToken: cancellationToken)],
            _references,
            new CSharpCompilationOptions(isProgram ? OutputKind.ConsoleApplication : OutputKind.DynamicallyLinkedLibrary, nullableContextOptions: NullableContextOptions.Enable));

        // CS8321: a local function that is shown and not called.
        return compilation.GetDiagnostics(cancellationToken)
            .Where(diagnostic => diagnostic.Severity >= DiagnosticSeverity.Warning && diagnostic.Id != "CS8321")
            .Select(diagnostic => $"{path}:{firstLine + diagnostic.Location.GetLineSpan().StartLinePosition.Line}: {diagnostic.Id}: {diagnostic.GetMessage(null)}");
    }

    private static ImmutableArray<MetadataReference> FindReferences()
    {
        string runtime = Path.GetDirectoryName(typeof(object).Assembly.Location)!;
        string trusted = (string)AppContext.GetData("TRUSTED_PLATFORM_ASSEMBLIES")!;
        IEnumerable<string> assemblies = trusted.Split(Path.PathSeparator).Where(path => Path.GetDirectoryName(path) == runtime);
        return [.. assemblies
            .Append(typeof(Connector).Assembly.Location)
            .Append(typeof(ProxyHeader).Assembly.Location)
            .Append(typeof(RendezvousRelay).Assembly.Location)
            .Append(typeof(ILogger).Assembly.Location)
            .Select(path => MetadataReference.CreateFromFile(path))];
    }
}
