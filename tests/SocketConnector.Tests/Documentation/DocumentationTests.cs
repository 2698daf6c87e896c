using System.Reflection;
using System.Text.RegularExpressions;
using SocketConnector.Rendezvous;
using SocketConnector.Tests.Architecture;

namespace SocketConnector.Tests.Documentation;

/// <summary>The pages say nothing that does not compile, and point at nothing that is not there.</summary>
public sealed partial class DocumentationTests
{
    public static TheoryData<string> Pages() => [.. Repository.Files(pattern: "*.md")];

    [Theory]
    [MemberData(nameof(Pages))]
    public void Every_snippet_compiles(string page)
    {
        MarkdownPage markdown = MarkdownPage.Load(Repository.Absolute(page));
        string[] errors = [.. markdown.Snippets.SelectMany(snippet => SnippetCompiler.Compile(page, snippet.Line, snippet.Code, TestContext.Current.CancellationToken))];
        Assert.True(errors.Length == 0, string.Join('\n', errors));
    }

    [Theory]
    [MemberData(nameof(Pages))]
    public void Every_relative_link_leads_somewhere(string page)
    {
        string[] broken = [.. BrokenLinks(MarkdownPage.Load(Repository.Absolute(page)))];
        Assert.True(broken.Length == 0, string.Join('\n', broken));
    }

    [Theory]
    [InlineData("README.md")]
    [InlineData("docs/getting-started.md")]
    [InlineData("docs/authentication.md")]
    [InlineData("docs/transformers.md")]
    [InlineData("docs/rendezvous.md")]
    public void The_guides_show_code(string page) => Assert.NotEmpty(MarkdownPage.Load(Repository.Absolute(page)).Snippets);

    [Theory]
    [InlineData(typeof(ConnectorOptions), "README.md")]
    [InlineData(typeof(ListenOptions), "README.md")]
    [InlineData(typeof(ConnectOptions), "README.md")]
    [InlineData(typeof(RelayOptions), "docs/rendezvous.md")]
    [InlineData(typeof(RendezvousEndPoint), "docs/rendezvous.md")]
    [InlineData(typeof(Ticket), "docs/rendezvous.md")]
    public void A_page_lists_every_option(Type options, string page)
    {
        string text = Repository.Read(page);
        Assert.All(
            options.GetProperties(BindingFlags.Public | BindingFlags.Instance).Where(option => option.GetMethod!.GetBaseDefinition().DeclaringType == option.DeclaringType),
            option => Assert.Contains($"| `{option.Name}` |", text, StringComparison.Ordinal));
    }

    [Fact]
    public void Every_close_reason_is_explained()
    {
        string text = Repository.Read("docs/concepts.md");
        Assert.All(Enum.GetNames<CloseReason>(), name => Assert.Contains($"| `{name}` |", text, StringComparison.Ordinal));
    }

    [Fact]
    public void What_the_page_for_users_of_the_Dart_package_names_exists()
    {
        Type[] types = [.. typeof(Connector).Assembly.GetExportedTypes()];
        string[] named = [.. Named().Matches(Repository.Read("docs/migrating-from-dart.md")).Select(match => match.Value).Distinct(StringComparer.Ordinal)];
        string[] missing = [.. named.Where(name => types.FirstOrDefault(type => type.Name == name.Split('.')[0]) is { } type && type.GetMember(name.Split('.')[1]).Length == 0)];
        Assert.NotEmpty(named);
        Assert.True(missing.Length == 0, $"no such member: {string.Join(", ", missing)}");
    }

    [Fact]
    public void A_snippet_that_does_not_compile_is_told_by_file_line_and_message()
    {
        var page = MarkdownPage.Parse("wrong.md", "# Title\n\n```csharp\nusing SocketConnector;\nvar options = new ListenOptions(9000) { Baklog = 5 };\n```\n");
        (int line, string code) = Assert.Single(page.Snippets);
        string error = Assert.Single(SnippetCompiler.Compile(page.Path, line, code, TestContext.Current.CancellationToken));
        Assert.StartsWith("wrong.md:5: CS0117: ", error, StringComparison.Ordinal);
        Assert.Contains("Baklog", error, StringComparison.Ordinal);
    }

    [Fact]
    public void A_link_that_leads_nowhere_is_told_by_file_and_line()
    {
        var page = MarkdownPage.Parse(
            Repository.Absolute("wrong.md"),
            "# A title, `quoted`\n[ok](#a-title-quoted)\n[no](#nothing)\n![no](docs/images/none.svg)\n`[code](none)` <img src=\"none.png\">\n[web](https://example.org/)");
        Assert.Equal(["wrong.md:3: #nothing", "wrong.md:4: docs/images/none.svg", "wrong.md:5: none.png"], BrokenLinks(page));
    }

    private static IEnumerable<string> BrokenLinks(MarkdownPage page) => page.Links
        .Where(link => !link.Target.Contains(':', StringComparison.Ordinal) && !LeadsSomewhere(page, link.Target))
        .Select(link => $"{Path.GetRelativePath(Repository.Root, page.Path)}:{link.Line}: {link.Target}");

    private static bool LeadsSomewhere(MarkdownPage page, string target)
    {
        string[] parts = target.Split('#', 2);
        string path = parts[0].Length == 0 ? page.Path : Path.Combine(Path.GetDirectoryName(page.Path)!, parts[0]);
        MarkdownPage? onto = path == page.Path ? page : File.Exists(path) ? MarkdownPage.Load(path) : null;
        return parts.Length == 2 ? onto?.Anchors.Contains(parts[1]) == true : onto is not null || Directory.Exists(path);
    }

    // A member of ours is written with a capital, one of Dart without.
    [GeneratedRegex(@"(?<=`|\s)[A-Z]\w+\.[A-Z]\w+", RegexOptions.None, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Named();
}
