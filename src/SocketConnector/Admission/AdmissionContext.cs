using System.Net;
using SocketConnector.Diagnostics;
using SocketConnector.Sockets;

namespace SocketConnector.Admission;

/// <summary>A peer under construction, as the stages of its admission see it. Their caller owns the peer, and closes it when one refuses.</summary>
/// <param name="peer">Its stream begins with what an earlier stage read and did not consume (<see cref="PeerStream.Unread"/>).</param>
/// <param name="options">Those of its side, or those it was added with.</param>
/// <param name="timeout">For all stages together; a place under the accept limit is waited for without end.</param>
/// <param name="time">The clock.</param>
internal sealed class AdmissionContext(PeerStream peer, SideOptions options, TimeSpan timeout, TimeProvider time)
{
    private readonly long _begun = time.GetTimestamp();
    private List<ILease>? _leases;

    public PeerStream Peer => peer;

    public SideOptions Options => options;

    /// <summary>The peer that it was dialled for, and is to be joined to.</summary>
    public PeerStream? Partner { get; init; }

    /// <summary>Which of several targets it was dialled at; nothing where there was but one.</summary>
    public EndPoint? Target { get; init; }

    /// <summary>The name of the stage that it is in; nothing before the first and after the last.</summary>
    public string? Stage { get; private set; }

    /// <summary>The one that came before it, for <see cref="AdmittingSet"/> alone.</summary>
    public AdmissionContext? Before { get; set; }

    /// <summary>The one that came after it, for <see cref="AdmittingSet"/> alone.</summary>
    public AdmissionContext? After { get; set; }

    /// <summary>What its stages are traced within; null where nothing is.</summary>
    public PeerTrace? Trace { private get; set; }

    /// <summary>The span of the stage that it is in, if it is traced.</summary>
    public TraceStep? Step { get; private set; }

    /// <summary>Since it began, by the clock.</summary>
    public TimeSpan Elapsed => time.GetElapsedTime(_begun);

    /// <summary>For all stages together.</summary>
    public TimeSpan Limit => timeout;

    /// <summary>What is left of the one deadline; a stage that waits makes a timer of it.</summary>
    public TimeSpan Remaining
    {
        get
        {
            if (timeout == Timeout.InfiniteTimeSpan)
            {
                return timeout;
            }

            TimeSpan left = timeout - Elapsed;
            return left > TimeSpan.Zero ? left : TimeSpan.Zero;
        }
    }

    /// <summary>A stage begins, and the one before has let it pass.</summary>
    public void Enter(Stage stage)
    {
        Step?.End();
        (Stage, Step) = (stage.Name, Trace?.Begin(stage.Name, peer.Side));
    }

    /// <summary>No stage follows.</summary>
    public void Leave(Refusal? refusal)
    {
        Step?.End(refusal?.Reason, refusal?.Error);
        (Stage, Step) = (null, null);
    }

    /// <summary>Adds what was counted for the admission alone: given back when that is over, however it ended.</summary>
    public void AddUntilAdmitted(ILease lease) => (_leases ??= []).Add(lease);

    /// <summary>The admission is over.</summary>
    public void GiveBack()
    {
        _leases?.ForEach(static lease => lease.GiveBack());
        _leases = null;
    }
}
