namespace SocketConnector.Cli.Top;

/// <summary>How many characters a terminal shows.</summary>
internal readonly record struct ScreenSize(int Columns, int Lines)
{
    /// <summary>What programs take where a terminal does not tell.</summary>
    public static ScreenSize Usual { get; } = new(80, 24);
}
