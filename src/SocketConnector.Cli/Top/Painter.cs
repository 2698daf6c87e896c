using System.Globalization;
using Spectre.Console;

namespace SocketConnector.Cli.Top;

/// <summary>Makes of a line what a terminal takes.</summary>
/// <param name="hasColours">Whether colours are wanted; what is bold or reversed is none.</param>
internal sealed class Painter(bool hasColours)
{
    private readonly AnsiCapabilities _terminal = new() { Ansi = true, ColorSystem = hasColours ? ColorSystem.Standard : ColorSystem.NoColors };

    /// <summary>With colours, unless the user wants none (no-color.org).</summary>
    public static Painter OfProcess() => new(string.IsNullOrEmpty(Environment.GetEnvironmentVariable("NO_COLOR")));

    public string Paint(ScreenLine line)
    {
        using var text = new StringWriter(CultureInfo.InvariantCulture);
        var writer = new AnsiWriter(text, _terminal);
        foreach ((string piece, Tone tone) in line.Pieces)
        {
            writer.Write(piece, Of(tone));
        }

        return text.ToString();
    }

    private static Style Of(Tone tone) => tone switch
    {
        Tone.Strong => new Style(decoration: Decoration.Bold),
        Tone.Faint => new Style(decoration: Decoration.Dim),
        Tone.Selected => new Style(decoration: Decoration.Invert),
        Tone.AToB => new Style(Color.Green),
        Tone.BToA => new Style(Color.Maroon),
        Tone.Alarm => new Style(Color.Yellow, decoration: Decoration.Bold),
        _ => Style.Plain,
    };
}
