namespace SocketConnector.Cli.Top;

/// <summary>Why a piece of text looks different.</summary>
internal enum Tone
{
    Plain,

    /// <summary>What names or asks something.</summary>
    Strong,

    /// <summary>What need not be read twice.</summary>
    Faint,

    Selected,

    /// <summary>In the colour that traffic from A to B has in the log.</summary>
    AToB,

    /// <summary>The same from B to A.</summary>
    BToA,

    /// <summary>What is wrong.</summary>
    Alarm,
}
