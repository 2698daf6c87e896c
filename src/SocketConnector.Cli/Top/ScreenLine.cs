using SocketConnector.Cli.Tables;

namespace SocketConnector.Cli.Top;

/// <summary>One line of the screen, in pieces. Whatever is added is made legible, and <see cref="Fit"/> makes it exactly as wide as the screen.</summary>
internal sealed class ScreenLine
{
    private readonly List<(string Text, Tone Tone)> _pieces = [];

    public ScreenLine()
    {
    }

    public ScreenLine(string text, Tone tone = Tone.Plain) => Add(text, tone);

    public IReadOnlyList<(string Text, Tone Tone)> Pieces => _pieces;

    public string Text => string.Concat(_pieces.Select(static piece => piece.Text));

    public int Width => _pieces.Sum(static piece => DisplayWidth.Of(piece.Text));

    public ScreenLine Add(string text, Tone tone = Tone.Plain)
    {
        if (text.Length > 0)
        {
            _pieces.Add((LegibleText.Of(text), tone));
        }

        return this;
    }

    /// <summary>The same line in this many columns: filled with spaces in the tone of its end, or cut with an ellipsis.</summary>
    public ScreenLine Fit(int columns)
    {
        var fitted = new ScreenLine();
        bool isCut = Width > columns;

        // The last column is the ellipsis's.
        int left = isCut ? columns - 1 : columns;
        foreach ((string text, Tone tone) in _pieces)
        {
            int width = DisplayWidth.Of(text);
            if (width > left)
            {
                fitted._pieces.Add((DisplayWidth.Cut($"{text}  ", left + 1), tone));
                break;
            }

            fitted._pieces.Add((text, tone));
            left -= width;
        }

        if (columns - fitted.Width is > 0 and int missing)
        {
            fitted._pieces.Add((new string(' ', missing), fitted._pieces is [.., var last] ? last.Tone : Tone.Plain));
        }

        return fitted;
    }

    /// <summary>The same line with another at its right end, as far as there is room for both.</summary>
    public ScreenLine With(ScreenLine right, int columns)
    {
        int width = right.Width;
        if (width == 0 || width + 1 >= columns)
        {
            return Fit(columns);
        }

        ScreenLine line = Fit(columns - width - 1).Add(" ");
        line._pieces.AddRange(right._pieces);
        return line;
    }
}
