namespace SocketConnector.Cli.Top;

/// <summary>What a key wants done that the screen alone cannot do.</summary>
internal abstract record TopAction
{
    internal sealed record Quit : TopAction;

    /// <summary>Draws everything anew, whatever is on the terminal.</summary>
    internal sealed record Redraw : TopAction;

    /// <summary>Ends a connection in order.</summary>
    internal sealed record End(long Id) : TopAction;

    /// <param name="Connectors">Their ids.</param>
    internal sealed record Drain(IReadOnlyList<string> Connectors) : TopAction
    {
        public bool Equals(Drain? other) => other is not null && Connectors.SequenceEqual(other.Connectors, StringComparer.Ordinal);

        public override int GetHashCode() => Connectors.Count;
    }

    /// <param name="Id">Of the connection.</param>
    /// <param name="File">As it was typed.</param>
    internal sealed record Capture(long Id, string File) : TopAction;

    internal sealed record StopCapture : TopAction;
}
