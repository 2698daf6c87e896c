using System.Globalization;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace SocketConnector.Tests.Architecture;

/// <summary>The behaviours that SocketConnector promises are numbered, and each is shown by a test whose name carries its number.</summary>
public sealed class BehaviourTests
{
    private static readonly (int First, int Last)[] _promised = [(1, 6), (10, 19), (20, 25), (30, 34), (40, 48), (50, 51), (60, 63), (70, 83)];

    [Fact]
    public void Every_promised_behaviour_has_a_test()
    {
        IEnumerable<string> promised = _promised.SelectMany(range => Enumerable.Range(range.First, range.Last - range.First + 1), (_, number) => $"B{number.ToString("00", CultureInfo.InvariantCulture)}");
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
        from part in name.Split('_').TakeWhile(part => part is ['B', >= '0' and <= '9', >= '0' and <= '9'])
        select (part, name);
}
