namespace SocketConnector.Diagnostics;

/// <summary>What is counted of a connector and read while it runs. Safe from any thread, and runs no user's code.</summary>
internal interface IConnectorTotals
{
    /// <summary>How many connections are joined now.</summary>
    long Active { get; }

    /// <summary>How many peers of a side wait for a partner.</summary>
    long Pending(Side side);

    /// <summary>Bytes delivered to a side so far, by connections that run and by those that have ended.</summary>
    long DeliveredTo(Side side);

    /// <summary>Events that the user's writer did not take.</summary>
    long DroppedEvents { get; }

    /// <summary>Bytes that taps should have seen and did not.</summary>
    long MissedByTaps { get; }
}

/// <summary>What connectors that have ended leave behind.</summary>
internal sealed class EndedTotals : IConnectorTotals
{
    private readonly long[] _delivered = new long[2];

    public long Active => 0;

    public long DroppedEvents { get; private set; }

    public long MissedByTaps { get; private set; }

    public long Pending(Side side) => 0;

    public long DeliveredTo(Side side) => _delivered[(int)side];

    public void Add(IConnectorTotals ended)
    {
        DroppedEvents += ended.DroppedEvents;
        MissedByTaps += ended.MissedByTaps;
        _delivered[(int)Side.A] += ended.DeliveredTo(Side.A);
        _delivered[(int)Side.B] += ended.DeliveredTo(Side.B);
    }
}
