using SocketConnector.Admission;

namespace SocketConnector.Access;

/// <summary>
/// The stages that let in only peers of the right networks: one by the socket's own address, before a byte is read, and one by the
/// address that a PROXY header told.
/// </summary>
internal sealed class AccessList(NetworkList? allow, NetworkList? deny, NetworkList? balancers)
{
    public Refusal? BySocket(AdmissionContext context)
    {
        Peer peer = context.Peer.Peer;
        bool isListedElsewhere = balancers is not null && balancers.Contains(peer.SocketRemote);
        return Refused(peer, peer.SocketRemote, isListedElsewhere ? null : allow);
    }

    public Refusal? ByTold(AdmissionContext context)
    {
        Peer peer = context.Peer.Peer;
        return peer.Told is not { IsLocal: false } told ? null
            : allow is not null && told.Remote.Number is null ? Denied(peer, "its PROXY header does not tell where it comes from")
            : Refused(peer, told.Remote, allow);
    }

    /// <summary>What is no IP address is of no network, and nothing is said of it.</summary>
    private Refusal? Refused(Peer peer, CompactEndPoint address, NetworkList? allowed) => address.Number is { } number
        ? deny is not null && deny.Contains(number) ? Denied(peer, "it is in a network that is denied")
            : allowed is not null && !allowed.Contains(number) ? Denied(peer, "it is in no network that is allowed")
            : null
        : null;

    private static Refusal Denied(Peer peer, string why) => new(CloseReason.AccessDenied, peer.Side, new UnauthorizedAccessException(why));
}
