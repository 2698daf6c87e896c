using System.Diagnostics;
using System.Net.Sockets;

namespace SocketConnector.Diagnostics;

/// <summary>Measures and traces one dial, from its begin to what comes of it. One that is for no peer is told when it has brought one, or has failed.</summary>
internal sealed class DialRecord
{
    private readonly ConnectorMetrics _metrics;
    private readonly TimeProvider _time;
    private readonly Tracing? _tracing;
    private readonly PeerTrace? _trace;
    private readonly long _begun;
    private CompactEndPoint _remote;
    private DateTimeOffset _until;
    private bool _hasEnded;

    /// <param name="metrics">The connector's.</param>
    /// <param name="time">The clock.</param>
    /// <param name="tracing">The connector's, where anybody listens.</param>
    /// <param name="trace">That of the peer that it is for, if it has one.</param>
    public DialRecord(ConnectorMetrics metrics, TimeProvider time, Tracing? tracing, PeerTrace? trace)
    {
        (_metrics, _time, _tracing, _trace, _begun) = (metrics, time, tracing, trace, time.GetTimestamp());
        Since = IsTraced ? time.GetUtcNow() : default;
    }

    /// <summary>When it began, where it is traced.</summary>
    public DateTimeOffset Since { get; }

    private bool IsTraced => (_tracing ?? (object?)_trace) is not null;

    /// <summary>What a failed connect is told as.</summary>
    public static CloseReason ReasonOf(Exception error) => error switch
    {
        OperationCanceledException => CloseReason.Aborted,
        SocketException { SocketErrorCode: SocketError.TimedOut } => CloseReason.ConnectTimeout,
        _ => CloseReason.ConnectFailed,
    };

    public void Connected(CompactEndPoint remote)
    {
        _remote = remote;
        End(null, null);
    }

    public void Failed(Exception error) => End(ReasonOf(error), error);

    /// <summary>It is given up.</summary>
    public void Abandoned() => End(CloseReason.Aborted, null);

    /// <summary>Tells what it has brought within the trace of that peer.</summary>
    public void AddTo(PeerTrace trace) => AddTo(trace, null, null);

    /// <summary>Only the first end counts: a dial that failed may be given up as well.</summary>
    private void End(CloseReason? reason, Exception? error)
    {
        if (_hasEnded)
        {
            return;
        }

        _hasEnded = true;
        _metrics.Took(new TimeTaken(MeasuredTime.Connect, _time.GetElapsedTime(_begun).TotalSeconds) { Reason = reason });
        if (!IsTraced)
        {
            return;
        }

        _until = _time.GetUtcNow();
        if (_trace is not null)
        {
            AddTo(_trace, reason, error);
        }
        else if (reason is not null)
        {
            var failed = PeerTrace.Begin(_tracing!, Since, peer: null);
            AddTo(failed, reason, error);
            failed.Refused(reason.Value, error is null ? null : ErrorText.Of(error));
        }
    }

    private void AddTo(PeerTrace trace, CloseReason? reason, Exception? error)
    {
        var step = new TraceStep(trace, "connect", Since) { Kind = ActivityKind.Client };
        foreach (KeyValuePair<string, object?> tag in SpanTags.Of(_remote, "network.peer"))
        {
            step.Tag(tag.Key, tag.Value);
        }

        trace.Add(step, _until, reason, error is null ? null : ErrorText.Of(error));
    }
}
