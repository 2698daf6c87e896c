using SocketConnector.Diagnostics;
using SocketConnector.Sockets;

namespace SocketConnector.Relaying;

/// <summary>A stream that the user owns, through its <see cref="Peer"/>, until it is joined or disposed.</summary>
/// <param name="stream">The stream.</param>
/// <param name="observer">Of the listener or the dialer that it comes from.</param>
internal sealed class HandedOut(PeerStream stream, Observer observer) : IHandedOut
{
    public PeerStream Stream => stream;

    public void Abort()
    {
        observer.Count(CloseReason.Aborted, null);
        try
        {
            stream.Abort();
        }
        finally
        {
            observer.TellNotJoined(stream.Peer, CloseReason.Aborted, null, "this program closed it");
        }
    }
}
