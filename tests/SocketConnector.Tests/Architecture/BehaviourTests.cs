using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace SocketConnector.Tests.Architecture;

/// <summary>The behaviours that docs/behaviours.md promises are numbered, and each is shown by a test whose name carries its number.</summary>
public sealed class BehaviourTests
{
    private const string List = "docs/behaviours.md";

    // As in "* **B42** What is promised".
    private const string Start = "* **B";

    [Fact]
    public void Every_promised_behaviour_has_a_test()
    {
        string[] promised = [.. Repository.Read(List).Split('\n').Where(line => line.StartsWith(Start, StringComparison.Ordinal)).Select(line => line[(Start.Length - 1)..].Split('*')[0])];
        Assert.True(promised.Length > 50, $"{List} promises {promised.Length} behaviours");
        Assert.Equal(promised.Distinct(StringComparer.Ordinal), promised);
        ILookup<string, string> tested = Repository.Files("tests", "*.cs").SelectMany(NumberedTests).ToLookup(test => test.Number, test => test.Name, StringComparer.Ordinal);

        string[] untested = [.. promised.Where(number => !tested.Contains(number))];
        Assert.True(untested.Length == 0, $"no test name begins with: {string.Join(", ", untested)}");
        string[] unknown = [.. tested.Where(tests => !promised.Contains(tests.Key, StringComparer.Ordinal)).SelectMany(tests => tests)];
        Assert.True(unknown.Length == 0, $"numbers that no behaviour has: {string.Join(", ", unknown)}");
    }

    /// <summary>A name may begin with several numbers: B42_B70_What_it_shows.</summary>
    private static IEnumerable<(string Number, string Name)> NumberedTests(string file) =>
        from method in CSharpSyntaxTree.ParseText(Repository.Read(file)).GetRoot().DescendantNodes().OfType<MethodDeclarationSyntax>()
        where method.AttributeLists.SelectMany(list => list.Attributes).Any(attribute => attribute.Name.ToString() is "Fact" or "Theory")
        let name = method.Identifier.ValueText
        from part in name.Split('_').TakeWhile(part => part is ['B', _, _, ..] && part.Skip(1).All(char.IsAsciiDigit))
        select (part, name);
}
