using System.Net;
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

            TimeSpan left = timeout - time.GetElapsedTime(_begun);
            return left > TimeSpan.Zero ? left : TimeSpan.Zero;
        }
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
