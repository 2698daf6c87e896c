namespace SocketConnector.Rendezvous;

/// <summary>What goes on at a <see cref="RendezvousRelay"/>: a snapshot.</summary>
public sealed class RelayStats
{
    internal RelayStats()
    {
    }

    /// <summary>How many ends wait for a partner, or are about to meet one.</summary>
    public required int Waiting { get; init; }

    /// <summary>How many sessions they are in.</summary>
    public required int Sessions { get; init; }

    /// <summary>How many clients of magic-wormhole wait.</summary>
    public required int TransitWaiting { get; init; }

    /// <summary>How many pairs are joined now.</summary>
    public required int ActivePairs { get; init; }

    /// <summary>How many pairs have been joined so far.</summary>
    public required long Pairs { get; init; }

    /// <summary>The statistics of the connector that joins the pairs. Side A is the end that connects, side B the end that listens.</summary>
    public required ConnectorStats Relayed { get; init; }
}
