using System.Net;
using System.Net.Sockets;

namespace SocketConnector.Cli.Running;

/// <summary>Looks up a name that is not connected to before a peer comes, so that a misspelt one shows at the start.</summary>
internal static class TargetName
{
    /// <param name="target">Where peers will be connected to; only a name can be looked up.</param>
    /// <param name="warn">Takes one line where it does not resolve. That is no failure: the name may come to be known later.</param>
    /// <param name="cancellationToken">Gives up without a word.</param>
    public static async Task LookUpAsync(EndPoint? target, Action<string> warn, CancellationToken cancellationToken)
    {
        if (target is not DnsEndPoint name)
        {
            return;
        }

        try
        {
            await Dns.GetHostAddressesAsync(name.Host, name.AddressFamily, cancellationToken);
        }
        catch (Exception error) when (error is SocketException or ArgumentException)
        {
            warn($"warning: the host name {name.Host} is not known now, and is looked up again for each peer; check the spelling");
        }
        catch (OperationCanceledException)
        {
            // It was stopped before there was an answer.
        }
    }
}
