namespace SocketConnector.Pumping;

/// <summary>
/// Moves the bytes of one direction, from the first to the last. A pump never throws for what a peer or a transformer does:
/// it returns a verdict. A faster pump for some systems or flows implements this, and <see cref="PumpSelection"/> chooses it.
/// </summary>
internal interface IPump
{
    /// <summary>
    /// Moves what was read early, then everything else. At the end of the source's stream it ends the destination's
    /// (shutdown(2), SHUT_WR) once every byte before it is handed over, and finishes. It closes nothing.
    /// </summary>
    /// <param name="flow">What to move, where, and what to count.</param>
    /// <param name="abort">Cancelled just before both sockets are reset.</param>
    Task<PumpResult> RunAsync(Flow flow, CancellationToken abort);
}

/// <summary>How a direction ended.</summary>
internal enum PumpVerdict
{
    /// <summary>The source ended in order, and so did the destination.</summary>
    Finished = 0,

    /// <summary>Reading failed.</summary>
    SourceFailed,

    /// <summary>Writing failed.</summary>
    DestinationFailed,

    /// <summary>The transformer threw, or stopped before its input ended.</summary>
    TransformFailed,
}

internal readonly record struct PumpResult(PumpVerdict Verdict, Exception? Error = null)
{
    public static PumpResult Finished { get; } = new(PumpVerdict.Finished);
}
