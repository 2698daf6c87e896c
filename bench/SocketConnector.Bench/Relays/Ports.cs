using System.Net;
using System.Net.Sockets;

namespace SocketConnector.Bench.Relays;

/// <summary>Free ports below those that the system gives to outgoing connections, so that none is taken while its server restarts.</summary>
internal sealed class Ports
{
    private int _next = 20000;

    public int Take()
    {
        while (!IsFree(_next))
        {
            _next++;
        }

        return _next++;
    }

    private static bool IsFree(int port)
    {
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        try
        {
            socket.Bind(new IPEndPoint(IPAddress.Loopback, port));
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }
}
