namespace SocketConnector.Rendezvous;

/// <summary>The role that a <see cref="Ticket"/> is for.</summary>
public enum TicketRole
{
    /// <summary>To wait in a session for ends that connect.</summary>
    Listen = 1,

    /// <summary>To meet an end that listens.</summary>
    Connect = 2,
}
