using System.Diagnostics;

namespace SocketConnector.Diagnostics;

/// <summary>
/// The span of a peer, and of the connection that becomes of it. Of two joined peers that have one each, one goes on as the connection's;
/// what was dialled for a peer is told within that peer's.
/// </summary>
internal sealed class PeerTrace
{
    private const string Connection = "socketconnector.connection";

    // What it is called where another one goes on as the connection's.
    private const string Single = "socketconnector.peer";

    private readonly Tracing _tracing;
    private int _hasEnded;

    // Used by what the queue calls, one after the other. None where a sampler did not want it.
    private Activity? _span;

    private PeerTrace(Tracing tracing, DateTimeOffset since, Peer? peer)
    {
        _tracing = tracing;
        _tracing.Add(() =>
        {
            _span = Tracing.Source.CreateActivity(Connection, peer is { WasDialled: false } ? ActivityKind.Server : ActivityKind.Internal, default(ActivityContext), SpanTags.Of(tracing.ConnectorName, peer));
            _span?.SetStartTime(since.UtcDateTime).Start();
        });
    }

    public static PeerTrace? Of(Peer? peer) => (PeerTrace?)peer?.Trace;

    /// <param name="tracing">The connector's.</param>
    /// <param name="since">When it begins.</param>
    /// <param name="peer">The peer; none where a dial failed that would have brought one.</param>
    public static PeerTrace Begin(Tracing tracing, DateTimeOffset since, Peer? peer)
    {
        var trace = new PeerTrace(tracing, since, peer);
        peer?.Trace = trace;
        return trace;
    }

    /// <summary>Two peers are joined. The span of the one that was accepted goes on; of two, that of side A.</summary>
    public static void Join(long id, Peer peerA, Peer peerB)
    {
        (Peer peer, Peer partner) = Of(peerA) is null || (Of(peerB) is not null && peerA.WasDialled && !peerB.WasDialled) ? (peerB, peerA) : (peerA, peerB);
        if (Of(peer) is not { } carrier)
        {
            return;
        }

        PeerTrace? other = Of(partner);
        carrier.Joined(id, other);
        other?.JoinedTo(id, carrier);
        if (other is not null)
        {
            partner.Trace = null;
        }
    }

    /// <summary>A step of it begins.</summary>
    public TraceStep Begin(string name, Side side) => new(this, name, _tracing.Now) { Side = side };

    /// <summary>Something has happened that takes no time.</summary>
    public void Mark(string name)
    {
        DateTimeOffset now = _tracing.Now;
        _tracing.Add(() => _span?.AddEvent(new ActivityEvent(name, now)));
    }

    /// <summary>A step of it has ended; later ends of the same step are not told.</summary>
    public void Add(TraceStep step, CloseReason? reason, string? detail) => Add(step, _tracing.Now, reason, detail);

    /// <param name="step">The step.</param>
    /// <param name="until">When it has ended.</param>
    /// <param name="reason">Why it failed, if it has.</param>
    /// <param name="detail">The same in words, safe to show.</param>
    public void Add(TraceStep step, DateTimeOffset until, CloseReason? reason, string? detail) => _tracing.Add(() =>
    {
        if (_span is { } parent && Tracing.Source.CreateActivity(step.Name, step.Kind, parent.Context, step.Tags) is { } span)
        {
            span.SetStartTime(step.Since.UtcDateTime).Start();
            End(span, until, reason, detail);
        }
    });

    /// <summary>The peer was closed, and never joined.</summary>
    public void Refused(CloseReason reason, string? detail) => Finish(reason, detail, []);

    /// <summary>The connection has ended.</summary>
    public void Ended(CloseInfo info, long bytesAToB, long bytesBToA) => Finish(
        info.Reason,
        info.Error is { } error ? ErrorText.Of(error) : null,
        [new("socketconnector.io.a_to_b", bytesAToB), new("socketconnector.io.b_to_a", bytesBToA), new(MeterTag.Side, MeterTag.Of(info.Side))]);

    private void Joined(long id, PeerTrace? other)
    {
        DateTimeOffset now = _tracing.Now;
        _tracing.Add(() =>
        {
            _span?.SetTag("socketconnector.connection.id", id).AddEvent(new ActivityEvent("joined", now));
            LinkTo(other);
        });
    }

    private void JoinedTo(long id, PeerTrace carrier)
    {
        _tracing.Add(() =>
        {
            _span?.DisplayName = Single;
            LinkTo(carrier);
        });
        Finish(null, null, [new("socketconnector.connection.id", id)]);
    }

    /// <summary>One of another connector may not have been begun yet.</summary>
    private void LinkTo(PeerTrace? other)
    {
        if (other?._span is { } linked)
        {
            _span?.AddLink(new ActivityLink(linked.Context));
        }
    }

    private void Finish(CloseReason? reason, string? detail, KeyValuePair<string, object?>[] tags)
    {
        if (Interlocked.Exchange(ref _hasEnded, 1) != 0)
        {
            return;
        }

        DateTimeOffset now = _tracing.Now;
        _tracing.Add(() =>
        {
            if (_span is { } span)
            {
                Array.ForEach(tags, tag => span.SetTag(tag.Key, tag.Value));
                End(span, now, reason, detail);
            }
        });
    }

    private static void End(Activity span, DateTimeOffset until, CloseReason? reason, string? detail)
    {
        if (MeterTag.Of(reason) is { } error)
        {
            span.SetTag(MeterTag.ErrorType, error).SetStatus(ActivityStatusCode.Error, detail ?? CloseReasonName.InWords(reason!.Value));
        }

        // The clock may have been set back.
        DateTime end = until.UtcDateTime;
        span.SetEndTime(end > span.StartTimeUtc ? end : span.StartTimeUtc).Stop();
    }
}
