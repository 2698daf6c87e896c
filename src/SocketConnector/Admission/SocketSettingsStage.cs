using SocketConnector.Sockets;

namespace SocketConnector.Admission;

/// <summary>The stage that sets what every socket gets before anything else happens on it.</summary>
internal sealed class SocketSettingsStage(ConnectorOptions options)
{
    public Refusal? Run(AdmissionContext context)
    {
        try
        {
            context.Peer.Stream.Configure(options.KeepAlive, context.Options.UserTimeout);
            return null;
        }
        catch (Exception error) when (SocketFailure.Is(error))
        {
            return new Refusal(CloseReason.PeerReset, context.Peer.Side, error);
        }
    }
}
