using System.Text.RegularExpressions;

namespace SocketConnector.Tests.Documentation;

/// <summary>What a test needs of a Markdown page: its C# blocks, its links and its headings.</summary>
internal sealed partial class MarkdownPage
{
    private MarkdownPage(string path, string[] lines)
    {
        Path = path;
        string? fence = null;
        int opened = 0;
        for (int i = 0; i < lines.Length; i++)
        {
            string trimmed = lines[i].TrimStart();
            if (fence is null && trimmed.StartsWith("```", StringComparison.Ordinal))
            {
                (fence, opened) = (trimmed[3..].Trim(), i);
            }
            else if (fence is not null && trimmed.StartsWith("```", StringComparison.Ordinal))
            {
                if (fence == "csharp")
                {
                    Snippets.Add((opened + 2, string.Join('\n', lines[(opened + 1)..i])));
                }

                fence = null;
            }
            else if (fence is null)
            {
                ReadProse(lines[i], i + 1);
            }
        }
    }

    public string Path { get; }

    /// <summary>The C# blocks, each with the number of its first line.</summary>
    public List<(int Line, string Code)> Snippets { get; } = [];

    /// <summary>The targets of links and images, each with its line.</summary>
    public List<(int Line, string Target)> Links { get; } = [];

    /// <summary>The anchors that the headings get, as hosting platforms make them.</summary>
    public HashSet<string> Anchors { get; } = [];

    public static MarkdownPage Load(string path) => new(path, File.ReadAllLines(path));

    public static MarkdownPage Parse(string path, string text) => new(path, text.Split('\n'));

    private void ReadProse(string line, int number)
    {
        foreach (Match link in LinkPattern().Matches(InlineCode().Replace(line, "")))
        {
            Links.Add((number, link.Groups["target"].Value));
        }

        if (Heading().Match(line) is { Success: true } heading)
        {
            string slug = NotInAnchors().Replace(heading.Groups["text"].Value.ToLowerInvariant(), "").Replace(' ', '-');
            string anchor = slug;
            for (int again = 1; !Anchors.Add(anchor); again++)
            {
                anchor = $"{slug}-{again}";
            }
        }
    }

    [GeneratedRegex("""\]\((?<target>[^)\s]+)(?:\s+"[^"]*")?\)|(?:src|href)="(?<target>[^"]+)"|^\[[^\]]+\]:\s+(?<target>\S+)""", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex LinkPattern();

    [GeneratedRegex("`[^`]*`", RegexOptions.None, matchTimeoutMilliseconds: 1000)]
    private static partial Regex InlineCode();

    [GeneratedRegex(@"^#{1,6}\s+(?<text>.+?)\s*$", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Heading();

    [GeneratedRegex(@"[^\p{L}\p{N} _-]", RegexOptions.None, matchTimeoutMilliseconds: 1000)]
    private static partial Regex NotInAnchors();
}
