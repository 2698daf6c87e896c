using SocketConnector.Taps;

namespace SocketConnector.Pumping;

/// <summary>
/// Moves the bytes of one connection, both ways, from the first to the last. A pump never throws for what a peer or a
/// transformer does: it tells a verdict for each direction. Closing is left to the receiver of the verdicts.
/// </summary>
internal interface IPump
{
    RelayEngine Engine { get; }

    /// <summary>Timestamp of the last moment at which a direction waited for nothing but the time at which it may read on; the least there is for none.</summary>
    long LastHeldBack => long.MinValue;

    /// <summary>
    /// Begins, and returns at once. Each direction moves what was read early, then everything else; at the end of its source's
    /// stream it ends the destination's (shutdown(2), SHUT_WR) once every byte before it is handed over.
    /// </summary>
    void Start(Flow aToB, Flow bToA);

    /// <summary>
    /// Ends both directions in order: each reads no more than what had arrived by now, hands that over, and then ends its destination
    /// as if its source had ended. Thread-safe and idempotent, also before <see cref="Start"/> and after the end.
    /// </summary>
    void EndReading();

    /// <summary>Aborts both directions, resetting the sockets if necessary; still calls <see cref="IFlowEnds.Ended"/>. Thread-safe and idempotent.</summary>
    void Abort();
}

/// <summary>What a pump works for: has the taps, and receives the end of each direction. May be called on an event loop's thread, so it must not block.</summary>
internal interface IFlowEnds
{
    /// <summary>What sees the connection's bytes from now on; null for none.</summary>
    TapSet? Taps => null;

    /// <summary>
    /// A side's end of stream has arrived, maybe behind bytes that the far side has not taken yet. At most once for each side, and
    /// before the end is forwarded: a quick answer could otherwise be recorded as first.
    /// </summary>
    /// <returns>Whether it is the first of the two. If so <see cref="Lingers"/> follows.</returns>
    bool SourceEnded(Side source);

    /// <summary>A side has ended and the connection goes on. Told at once, or a few milliseconds later where that is cheaper; maybe after the last end.</summary>
    void Lingers();

    /// <summary>A direction has failed and cannot end yet: it waits for room, or for a transformer. The connection is aborted for it.</summary>
    void Failing(Side source, PumpResult result);

    /// <summary>A direction has ended; the pump touches it no more. Once for each direction.</summary>
    void Ended(Side source, PumpResult result);
}

/// <summary>How a direction ended.</summary>
internal enum PumpVerdict
{
    /// <summary>The source ended in order, and so did the destination.</summary>
    Finished = 0,

    /// <summary>This program has ended the direction in order, though its source had not ended.</summary>
    Ended,

    /// <summary>Reading failed.</summary>
    SourceFailed,

    /// <summary>Writing failed.</summary>
    DestinationFailed,

    /// <summary>The transformer threw, or did not consume its whole input.</summary>
    TransformFailed,

    /// <summary>The code that moves the bytes threw: neither side is to blame.</summary>
    Faulted,
}

internal readonly record struct PumpResult(PumpVerdict Verdict, Exception? Error = null)
{
    public static PumpResult Finished { get; } = new(PumpVerdict.Finished);

    public static PumpResult Ended { get; } = new(PumpVerdict.Ended);

    /// <summary>Neither a peer nor a transformer throws there, so the error is ours, or the clock's. The connection ends all the same.</summary>
    public static PumpResult Faulted(Exception error) => new(PumpVerdict.Faulted, error);

    /// <summary>Whether the destination was ended behind everything that was to be delivered.</summary>
    public bool IsInOrder => Verdict is PumpVerdict.Finished or PumpVerdict.Ended;
}
