namespace SocketConnector.Tests.Documentation;

/// <summary>The pages say nothing that does not compile, and point at nothing that is not there.</summary>
public sealed class DocumentationTests
{
    private static readonly string _root = FindRoot();

    public static TheoryData<string> Pages() => [.. AllPages()];

    [Theory]
    [MemberData(nameof(Pages))]
    public void Every_snippet_compiles(string page)
    {
        MarkdownPage markdown = MarkdownPage.Load(Path.Combine(_root, page));
        string[] errors = [.. markdown.Snippets.SelectMany(snippet => SnippetCompiler.Compile(page, snippet.Line, snippet.Code, TestContext.Current.CancellationToken))];
        Assert.True(errors.Length == 0, string.Join('\n', errors));
    }

    [Theory]
    [MemberData(nameof(Pages))]
    public void Every_relative_link_leads_somewhere(string page)
    {
        string[] broken = [.. BrokenLinks(MarkdownPage.Load(Path.Combine(_root, page)))];
        Assert.True(broken.Length == 0, string.Join('\n', broken));
    }

    [Theory]
    [InlineData("README.md")]
    [InlineData("docs/getting-started.md")]
    [InlineData("docs/authentication.md")]
    [InlineData("docs/transformers.md")]
    public void The_guides_show_code(string page) => Assert.NotEmpty(MarkdownPage.Load(Path.Combine(_root, page)).Snippets);

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
            Path.Combine(_root, "wrong.md"),
            "# A title, `quoted`\n[ok](#a-title-quoted)\n[no](#nothing)\n![no](docs/images/none.svg)\n`[code](none)` <img src=\"none.png\">\n[web](https://example.org/)");
        Assert.Equal(["wrong.md:3: #nothing", "wrong.md:4: docs/images/none.svg", "wrong.md:5: none.png"], BrokenLinks(page));
    }

    private static IEnumerable<string> BrokenLinks(MarkdownPage page) => page.Links
        .Where(link => !link.Target.Contains(':', StringComparison.Ordinal) && !LeadsSomewhere(page, link.Target))
        .Select(link => $"{Path.GetRelativePath(_root, page.Path)}:{link.Line}: {link.Target}");

    private static bool LeadsSomewhere(MarkdownPage page, string target)
    {
        string[] parts = target.Split('#', 2);
        string path = parts[0].Length == 0 ? page.Path : Path.Combine(Path.GetDirectoryName(page.Path)!, parts[0]);
        MarkdownPage? onto = path == page.Path ? page : File.Exists(path) ? MarkdownPage.Load(path) : null;
        return parts.Length == 2 ? onto?.Anchors.Contains(parts[1]) == true : onto is not null || Directory.Exists(path);
    }

    private static IEnumerable<string> AllPages() =>
        Directory.EnumerateFiles(_root, "*.md", SearchOption.AllDirectories)
            .Select(path => Path.GetRelativePath(_root, path).Replace('\\', '/'))
            .Where(path => !path.Split('/').Any(folder => folder is "artifacts" or "bin" or "obj" || folder.StartsWith('.')))
            .Order(StringComparer.Ordinal);

    private static string FindRoot()
    {
        for (DirectoryInfo? folder = new(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(Path.Combine(folder.FullName, "SocketConnector.slnx")))
            {
                return folder.FullName;
            }
        }

        throw new InvalidOperationException($"No folder above {AppContext.BaseDirectory} holds SocketConnector.slnx.");
    }
}
