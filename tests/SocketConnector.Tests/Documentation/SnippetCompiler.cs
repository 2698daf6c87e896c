using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.Extensions.Logging;
using SocketConnector.Capture;
using SocketConnector.ProxyProtocol;
using SocketConnector.Rendezvous;

namespace SocketConnector.Tests.Documentation;

/// <summary>Compiles a block of C# as a reader would who pastes it into a new console project that references the libraries.</summary>
internal static class SnippetCompiler
{
    private static readonly string[] _onAspNetCore = ["SocketConnector.Rendezvous.AspNetCore", "SocketConnector.Admin"];

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
            .Concat(OfAspNetCore(runtime))
            .Append(typeof(Connector).Assembly.Location)
            .Append(typeof(ProxyHeader).Assembly.Location)
            .Append(typeof(PacketCapture).Assembly.Location)
            .Append(typeof(RendezvousRelay).Assembly.Location)
            .Append(typeof(ILogger).Assembly.Location)
            .DistinctBy(Path.GetFileName)
            .Select(path => MetadataReference.CreateFromFile(path))];
    }

    /// <summary>What this program does not run on: the framework beside the runtime's, and the packages on top of it as they were just built.</summary>
    private static IEnumerable<string> OfAspNetCore(string runtime)
    {
        string framework = Path.Combine(runtime, "../../Microsoft.AspNetCore.App", Path.GetFileName(runtime));
        string build = Path.GetFileName(Path.TrimEndingDirectorySeparator(AppContext.BaseDirectory));
        return Directory.EnumerateFiles(framework, "*.dll")
            .Concat(_onAspNetCore.Select(package => Path.Combine(AppContext.BaseDirectory, "../..", package, build, package + ".dll")));
    }
}
