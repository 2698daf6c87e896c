namespace SocketConnector.Cli.Top;

/// <summary>Who gets which lines of the screen: the header, the heading of the table with its rows, and two lines at the bottom.</summary>
/// <param name="Header">Lines of the header.</param>
/// <param name="Rows">Rows of the table, at least one.</param>
internal readonly record struct TopLayout(int Header, int Rows)
{
    public const int Footer = 2;

    private const int FullHeader = 5;
    private const int ShortHeader = 2;

    public static TopLayout Of(ScreenSize size)
    {
        int header = size.Lines switch { >= 20 => FullHeader, >= 8 => ShortHeader, _ => 1 };
        return new TopLayout(header, Math.Max(1, size.Lines - header - 1 - Footer));
    }

    /// <summary>Lines of what is shown instead of the table.</summary>
    public int Sheet => Rows + 1;
}
