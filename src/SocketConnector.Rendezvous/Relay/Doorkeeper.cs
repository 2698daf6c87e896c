using Microsoft.Extensions.Logging;
using SocketConnector.Rendezvous.Sessions;
using SocketConnector.Rendezvous.Wire;

namespace SocketConnector.Rendezvous.Relay;

/// <summary>Verifies an end's ticket and returns what it grants.</summary>
/// <param name="verifier">None where the relay is open.</param>
/// <param name="time">The clock.</param>
/// <param name="log">The relay's.</param>
internal sealed class Doorkeeper(TicketVerifier? verifier, TimeProvider time, ILogger log)
{
    private static readonly Grant _open = new();

    /// <returns>What it may do there; nothing where it is to be denied.</returns>
    public async ValueTask<Grant?> AdmitAsync(RelayedEnd end, JoinFrame join)
    {
        if (verifier is null)
        {
            return _open;
        }

        TicketVerdict verdict = await verifier.VerifyAsync(join.Ticket).ConfigureAwait(false);
        Grant? grant = verdict.Ticket is { } ticket ? TicketGrant.Of(ticket, join.Session, join.Role, time.GetUtcNow()) : null;
        if (grant is null)
        {
            log.TicketRefused(end.Peer, join.Session, verdict.Reason ?? "it is for another session or role");
        }

        end.Ticket = verdict.Ticket;
        return grant;
    }
}
