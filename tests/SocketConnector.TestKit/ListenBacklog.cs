using System.Buffers.Binary;
using System.Net.Sockets;

namespace SocketConnector.TestKit;

/// <summary>What Linux says of a listening socket's queue of connections that were not accepted yet.</summary>
/// <param name="Waiting">How many are in it.</param>
/// <param name="Size">The backlog given to listen(2). The queue takes one more than that; a SYN that comes then is dropped.</param>
public readonly record struct ListenBacklog(int Waiting, int Size)
{
    // struct tcp_info of linux/tcp.h; for a listening socket tcp_get_info puts the queue into these two fields.
    private const int TcpLevel = 6;
    private const int TcpInfo = 11;
    private const int UnackedAt = 24;
    private const int SackedAt = 28;

    public static ListenBacklog Of(Socket listener)
    {
        Span<byte> info = stackalloc byte[256];
        listener.GetRawSocketOption(TcpLevel, TcpInfo, info);
        return new ListenBacklog(BinaryPrimitives.ReadInt32LittleEndian(info[UnackedAt..]), BinaryPrimitives.ReadInt32LittleEndian(info[SackedAt..]));
    }
}
