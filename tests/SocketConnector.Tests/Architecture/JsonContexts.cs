using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace SocketConnector.Tests.Architecture;

/// <summary>What the generator of System.Text.Json would write, as far as others can see it: generators do not run where sources are compiled to be looked at.</summary>
internal static class JsonContexts
{
    private const string Attribute = "JsonSerializable";
    private const string Info = "System.Text.Json.Serialization.Metadata.JsonTypeInfo";

    /// <returns>C#, empty where no class is a context.</returns>
    public static string Of(IEnumerable<CSharpSyntaxTree> trees) => string.Concat(trees
        .SelectMany(static tree => tree.GetRoot().DescendantNodes().OfType<ClassDeclarationSyntax>())
        .Select(static type => (Type: type, Shown: Shown(type)))
        .Where(static context => context.Shown.Length > 0)
        .Select(static context => Write(context.Type, context.Shown)));

    private static string[] Shown(ClassDeclarationSyntax type) => [.. type.AttributeLists.SelectMany(static list => list.Attributes)
        .Where(static attribute => attribute.Name.ToString() == Attribute)
        .Select(static attribute => ((TypeOfExpressionSyntax)attribute.ArgumentList!.Arguments[0].Expression).Type.ToString())];

    private static string Write(ClassDeclarationSyntax type, string[] shown) =>
        $$"""
        namespace {{type.Ancestors().OfType<BaseNamespaceDeclarationSyntax>().First().Name}}
        {
            partial class {{type.Identifier}}
            {
                private {{type.Identifier}}() : base(null) { }
                public static {{type.Identifier}} Default => new();
                protected override System.Text.Json.JsonSerializerOptions? GeneratedSerializerOptions => null;
                public override {{Info}}? GetTypeInfo(System.Type type) => null;
                {{string.Join('\n', shown.Select(static each => $"public {Info}<{each}> {each.Split('.')[^1]} => null!;"))}}
            }
        }
        """;
}
