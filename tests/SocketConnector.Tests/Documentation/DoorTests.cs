using System.Text.RegularExpressions;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using SocketConnector.Rendezvous;
using SocketConnector.Tests.Architecture;

namespace SocketConnector.Tests.Documentation;

/// <summary>The page on security names a test for each door; each of them exists, and what it says of options is what there is.</summary>
public sealed partial class DoorTests
{
    private const string Page = "docs/security.md";

    // Of a connector or a side, and nothing that a stranger meets.
    private static readonly string[] _noDoors =
    [
        "Name", "GracePeriod", "BufferSize", "Engine", "Events", "Verbose", "LogTraffic", "Traffic", "NewTap", "LoggerFactory", "MeterFactory", "TimeProvider",
        "EndPoint", "EndPoints", "Transformer", "Order", "Retry", "Bind",
    ];

    private static string Text => Repository.Read(Page);

    [Fact]
    public void Each_row_names_tests_that_exist()
    {
        var tests = Repository.Files("tests", "*Tests.cs").SelectMany(Tests).ToHashSet(StringComparer.Ordinal);
        string[] rows = [.. Text.Split('\n').Where(line => line.StartsWith("| ", StringComparison.Ordinal) && line.Split('|')[^2].Contains("Tests.", StringComparison.Ordinal))];
        Assert.True(rows.Length > 50, $"{Page} has {rows.Length} rows that name a test");
        string[] missing = [.. Named().Matches(Text).Select(match => match.Groups["test"].Value).Where(test => !tests.Contains(test))];
        Assert.True(missing.Length == 0, $"{Page} names tests that there are not: {string.Join(", ", missing)}");
    }

    [Fact]
    public void Each_row_of_a_table_that_promises_a_test_has_one()
    {
        string[] lines = Text.Split('\n');
        string[] without = [.. lines.Where((line, at) => line.StartsWith('|') && IsOfTests(lines, at) && !Named().IsMatch(line.Split('|')[^2]))];
        Assert.True(without.Length == 0, string.Join('\n', without));
    }

    [Theory]
    [InlineData(typeof(ConnectorOptions))]
    [InlineData(typeof(ListenOptions))]
    [InlineData(typeof(ConnectOptions))]
    [InlineData(typeof(RelayOptions))]
    public void Each_option_that_is_a_door_has_a_row(Type options) => Assert.All(
        options.GetProperties().Select(option => option.Name).Except(_noDoors, StringComparer.Ordinal),
        name => Assert.Contains($"`{name}`", Text, StringComparison.Ordinal));

    /// <summary>Whether a line is a row under a head whose last column is of tests.</summary>
    private static bool IsOfTests(string[] lines, int at)
    {
        int head = at;
        while (head > 0 && lines[head - 1].StartsWith('|'))
        {
            head--;
        }

        return at > head + 1 && lines[head].EndsWith(" shown by |", StringComparison.Ordinal);
    }

    private static IEnumerable<string> Tests(string file) =>
        from method in CSharpSyntaxTree.ParseText(Repository.Read(file)).GetRoot().DescendantNodes().OfType<MethodDeclarationSyntax>()
        where method.AttributeLists.SelectMany(list => list.Attributes).Any(attribute => attribute.Name.ToString() is "Fact" or "Theory")
        select $"{((ClassDeclarationSyntax)method.Parent!).Identifier.ValueText}.{method.Identifier.ValueText}";

    [GeneratedRegex(@"`(?<test>\w+Tests\.\w+)`", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Named();
}
