using Microsoft.Extensions.Logging;

namespace SocketConnector.Rendezvous.Relay;

/// <summary>Joins the connections of two ends, and ends what exceeds its ticket.</summary>
/// <param name="connector">Relays.</param>
/// <param name="quotas">Watches what is limited.</param>
/// <param name="log">The relay's.</param>
internal sealed class PairJoiner(Connector connector, Quotas quotas, ILogger log)
{
    /// <summary>Two ends that have been told that they are paired. Never fails.</summary>
    public async Task JoinAsync(Pairing pairing)
    {
        (RelayedEnd connecting, RelayedEnd listening) = (pairing.Connecting, pairing.Listening);
        try
        {
            connecting.Peer.Unread(connecting.Early.Span);
        }
        catch (InvalidOperationException)
        {
            // It was cut; joining says so.
        }

        connecting.Early = default;
        if (await JoinAsync(connecting.Peer, listening.Peer).ConfigureAwait(false) is { } connection)
        {
            quotas.Watch(connection, connecting.Ticket, listening.Ticket);
        }
    }

    /// <summary>Owns both from here on. Never fails.</summary>
    public async Task<Connection?> JoinAsync(Peer connecting, Peer listening)
    {
        try
        {
            return await connector.JoinAsync(connecting, listening, CancellationToken.None).ConfigureAwait(false);
        }
        catch (Exception error)
        {
            // Whatever the reason, only these two are lost.
            connecting.Dispose();
            listening.Dispose();
            log.NotJoined(connecting, listening, error.Message);
            return null;
        }
    }
}
