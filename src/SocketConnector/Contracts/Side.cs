namespace SocketConnector;

/// <summary>One of the two sides that a connector joins.</summary>
public enum Side
{
    /// <summary>The first side named by the factory methods.</summary>
    A = 0,

    /// <summary>The second side named by the factory methods.</summary>
    B = 1,
}

internal static class Sides
{
    public static Side Other(this Side side) => side == Side.A ? Side.B : Side.A;
}
