using System.Globalization;
using System.Text;

namespace SocketConnector.Cli.Top;

/// <summary>What turns the last frame on a terminal into the next: the lines that differ, each in its place. Nothing is ever cleared, which would be seen. Pure.</summary>
internal sealed class FrameDiff
{
    // A terminal that knows it shows all or nothing of what is between (contour-terminal/vt-extensions, synchronized output); others ignore it.
    private const string Begin = "\e[?2026h";
    private const string End = "\e[?2026l";

    private IReadOnlyList<string> _shown = [];

    /// <summary>The terminal may show anything now.</summary>
    public void Forget() => _shown = [];

    /// <param name="lines">As they are to be seen, each as wide as the terminal.</param>
    /// <returns>What to write, in one go; nothing where the frame is the same.</returns>
    public string? To(IReadOnlyList<string> lines)
    {
        var text = new StringBuilder();
        for (int at = 0; at < lines.Count; at++)
        {
            if (at >= _shown.Count || lines[at] != _shown[at])
            {
                text.Append(CultureInfo.InvariantCulture, $"\e[{at + 1};1H").Append(lines[at]);
            }
        }

        _shown = lines;
        return text.Length == 0 ? null : $"{Begin}{text}{End}";
    }
}
