using SocketConnector.Rendezvous.Sessions;
using SocketConnector.Rendezvous.Wire;

namespace SocketConnector.Rendezvous;

/// <summary>What a ticket grants in one session.</summary>
internal static class TicketGrant
{
    /// <returns>What it allows in a session in a role; nothing where it is not for that.</returns>
    public static Grant? Of(Ticket ticket, SessionName session, EndRole role, DateTimeOffset now)
    {
        bool isForSession = ticket.Session is null || (Ticket.ReadSession(ticket.Session) is { } name && SessionName.Read(name) == session);
        bool isForRole = ticket.Role is null || (int)ticket.Role == (int)role;
        return isForSession && isForRole ? new Grant(ticket.Tenant, ticket.MaxWaiting, ticket.Expires - now) : null;
    }
}
