using System.Net;
using System.Net.Sockets;
using SocketConnector.TestKit;

namespace SocketConnector.RelayHost;

/// <summary>A socket that its user has waited on asynchronously, and then gives to the connector.</summary>
internal static class OwnSocket
{
    /// <summary>How many watch it once it is relayed.</summary>
    public static async Task<int> WatchersAsync(Connector connector, int port)
    {
        // The first that is given was never waited on, so that the runtime watches nothing yet when it is taken over.
        await connector.AddAsync(Side.A, Connect(port));
        using var far = new TcpListener(IPAddress.Loopback, 0);
        far.Start();
        Socket used = Connect(((IPEndPoint)far.LocalEndpoint).Port);
        using Socket farEnd = await far.AcceptSocketAsync();
        long inode = Descriptors.InodeOf(used);
        using (var enough = new CancellationTokenSource())
        {
            Task<int> waiting = used.ReceiveAsync(Memory<byte>.Empty, SocketFlags.None, enough.Token).AsTask();
            await Eventually.TrueAsync(() => Descriptors.WatchersOf(inode) == 1);
            await enough.CancelAsync();
            await ((Task)waiting).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }

        Peer peer = await connector.AddAsync(Side.A, used);

        // What is relayed is watched.
        await farEnd.SendAsync("x"u8.ToArray());
        await Eventually.TrueAsync(() => peer.BytesReceived == 1);
        return Descriptors.WatchersOf(inode);
    }

    /// <summary>Gives the connector one, where nothing can be asked about it.</summary>
    /// <returns>Whether it was taken.</returns>
    public static async Task<bool> AddUsedAsync(Connector connector, int port)
    {
        Socket used = Connect(port);
        using var enough = new CancellationTokenSource();
        Task<int> waiting = used.ReceiveAsync(Memory<byte>.Empty, SocketFlags.None, enough.Token).AsTask();
        await enough.CancelAsync();
        await ((Task)waiting).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        int before = connector.GetConnections().Count;
        await connector.AddAsync(Side.A, used);
        await Eventually.TrueAsync(() => connector.GetConnections().Count > before);
        return true;
    }

    /// <summary>Blocking, for the runtime not to begin to watch.</summary>
    private static Socket Connect(int port)
    {
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        socket.Connect(IPAddress.Loopback, port);
        return socket;
    }
}
