using System.Xml.Linq;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace SocketConnector.Tests.Architecture;

/// <summary>The sources of the products, compiled from disk by the first test that asks for them.</summary>
internal static class SourceModel
{
    // The body of a partial method written by a source generator is all that is missing: generators do not run here.
    private static readonly string[] _tolerated = ["CS8795"];

    private static readonly Lazy<MetadataReference[]> _platform = new(() => [.. ((string)AppContext.GetData("TRUSTED_PLATFORM_ASSEMBLIES")!)
        .Split(Path.PathSeparator)
        .Where(path => Path.GetFileName(path) is "SocketConnector.ProxyProtocol.dll" || !Path.GetFileName(path).StartsWith("SocketConnector", StringComparison.OrdinalIgnoreCase))
        .Select(path => MetadataReference.CreateFromFile(path))]);

    private static readonly Lazy<CSharpCompilation> _library = new(() =>
        Compile("SocketConnector", OutputKind.DynamicallyLinkedLibrary, _platform.Value));

    private static readonly Lazy<CSharpCompilation> _rendezvous = new(() =>
        Compile("SocketConnector.Rendezvous", OutputKind.DynamicallyLinkedLibrary, [.. _platform.Value, _library.Value.ToMetadataReference()]));

    private static readonly Lazy<CSharpCompilation> _capture = new(() =>
        Compile("SocketConnector.Capture", OutputKind.DynamicallyLinkedLibrary, [.. _platform.Value, _library.Value.ToMetadataReference()]));

    // This program does not run on ASP.NET Core, whose assemblies lie beside the runtime's.
    private static readonly Lazy<MetadataReference[]> _web = new(() =>
    {
        string runtime = Path.GetDirectoryName(typeof(object).Assembly.Location)!;
        HashSet<string?> known = [.. _platform.Value.Select(reference => Path.GetFileName(reference.Display))];
        return [.. _platform.Value, .. Directory.EnumerateFiles(Path.Combine(runtime, "../../Microsoft.AspNetCore.App", Path.GetFileName(runtime)), "*.dll")
            .Where(path => !known.Contains(Path.GetFileName(path)))
            .Select(path => MetadataReference.CreateFromFile(path))];
    });

    private static readonly Lazy<CSharpCompilation> _admin = new(() =>
        Compile("SocketConnector.Admin", OutputKind.DynamicallyLinkedLibrary, [.. _web.Value, _library.Value.ToMetadataReference(), _capture.Value.ToMetadataReference()]));

    private static readonly Lazy<CSharpCompilation> _program = new(() =>
        Compile(
            "SocketConnector.Cli",
            OutputKind.ConsoleApplication,
            [
                .. _web.Value, _library.Value.ToMetadataReference(), _rendezvous.Value.ToMetadataReference(), _capture.Value.ToMetadataReference(),
                _admin.Value.ToMetadataReference(),
            ]));

    public static CSharpCompilation Library => _library.Value;

    public static CSharpCompilation Rendezvous => _rendezvous.Value;

    public static CSharpCompilation Capture => _capture.Value;

    public static CSharpCompilation Admin => _admin.Value;

    public static CSharpCompilation Program => _program.Value;

    /// <summary>Every use of a symbol by a file other than the one that declares it. Documentation may refer upwards and does not count.</summary>
    public static IReadOnlyCollection<SymbolUse> UsesIn(CSharpCompilation compilation)
    {
        var uses = new HashSet<SymbolUse>();
        foreach (SyntaxTree tree in compilation.SyntaxTrees.Where(tree => tree.FilePath.Length > 0))
        {
            SemanticModel model = compilation.GetSemanticModel(tree);
            foreach (SyntaxNode node in tree.GetRoot().DescendantNodes().Where(node => node is SimpleNameSyntax or ImplicitObjectCreationExpressionSyntax))
            {
                SymbolInfo info = model.GetSymbolInfo(node);
                ISymbol? symbol = (info.Symbol ?? info.CandidateSymbols.FirstOrDefault())?.OriginalDefinition;
                if (symbol is not (null or INamespaceSymbol) && DeclaringFile(symbol) is { } file && file != tree.FilePath)
                {
                    uses.Add(new SymbolUse(tree.FilePath, file, symbol is ITypeSymbol ? symbol.Name : $"{symbol.ContainingType?.Name}.{symbol.Name}"));
                }
            }
        }

        return uses;
    }

    /// <summary>What the program uses of the library that nobody else could.</summary>
    public static IEnumerable<string> InternalTypesThatTheProgramUses() =>
        from tree in Program.SyntaxTrees
        let model = Program.GetSemanticModel(tree)
        from name in tree.GetRoot().DescendantNodes().OfType<SimpleNameSyntax>()
        let symbol = model.GetSymbolInfo(name).Symbol
        let type = symbol as ITypeSymbol ?? symbol?.ContainingType
        where type?.ContainingAssembly?.Name == Library.AssemblyName
            && (type.DeclaredAccessibility != Accessibility.Public || symbol is { DeclaredAccessibility: not Accessibility.Public })
        select type.Name;

    private static string? DeclaringFile(ISymbol symbol) =>
        symbol.DeclaringSyntaxReferences is [var declaration, ..] ? declaration.SyntaxTree.FilePath
        : symbol.ContainingType is { } type ? DeclaringFile(type)
        : null;

    /// <summary>To whom a project shows its inside.</summary>
    public static IEnumerable<string> FriendsOf(string project) =>
        XDocument.Parse(Repository.Read($"src/{project}/{project}.csproj")).Descendants("InternalsVisibleTo").Select(friend => friend.Attribute("Include")!.Value);

    /// <summary>The files of other projects that a project compiles as well.</summary>
    private static IEnumerable<string> LinkedBy(string project) =>
        XDocument.Parse(Repository.Read($"src/{project}/{project}.csproj")).Descendants("Compile").Select(file => file.Attribute("Include")!.Value.Replace("../", "src/", StringComparison.Ordinal));

    private static CSharpCompilation Compile(string name, OutputKind kind, MetadataReference[] references)
    {
        string folder = $"src/{name}";

        // Written by the build, from the project.
        string attributes = string.Concat(FriendsOf(name).Select(friend => $"""[assembly: System.Runtime.CompilerServices.InternalsVisibleTo("{friend}")]"""));
        CSharpParseOptions parsing = CSharpParseOptions.Default.WithLanguageVersion(LanguageVersion.Preview);
        CSharpSyntaxTree[] sources = [.. Repository.Files(folder, "*.cs").Concat(LinkedBy(name))
            .Select(path => (CSharpSyntaxTree)CSharpSyntaxTree.ParseText(Repository.Read(path), parsing, path))];
        SyntaxTree[] trees = [.. sources, CSharpSyntaxTree.ParseText(ImplicitUsings.Text + attributes, parsing), CSharpSyntaxTree.ParseText(JsonContexts.Of(sources), parsing)];
        var options = new CSharpCompilationOptions(kind, nullableContextOptions: NullableContextOptions.Enable, allowUnsafe: true);
        var compilation = CSharpCompilation.Create(name, trees, references, options);
        string[] errors = [.. compilation.GetDiagnostics()
            .Where(diagnostic => diagnostic.Severity == DiagnosticSeverity.Error && !_tolerated.Contains(diagnostic.Id, StringComparer.Ordinal))
            .Select(diagnostic => diagnostic.ToString())];
        return errors.Length == 0
            ? compilation
            : throw new InvalidOperationException($"{folder} does not compile here, so nothing can be said about it:\n{string.Join('\n', errors.Take(20))}");
    }
}

/// <summary>One file uses a symbol that another declares.</summary>
internal sealed record SymbolUse(string From, string To, string Symbol)
{
    public override string ToString() => $"{From} -> {To}: {Symbol}";
}
