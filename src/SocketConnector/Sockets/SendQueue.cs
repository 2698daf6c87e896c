using System.Buffers.Binary;
using System.Net.Sockets;

namespace SocketConnector.Sockets;

/// <summary>
/// What the kernel still holds for a peer that reads slowly. A relay that has handed over its last byte sees nothing move any
/// more, though the peer may be reading all the while; this does.
/// </summary>
internal static class SendQueue
{
    // struct tcp_info of linux/tcp.h, which only ever grows at its end.
    private const int TcpLevel = 6;
    private const int TcpInfo = 11;
    private const int UnackedAt = 24;
    private const int BytesAckedAt = 120;
    private const int NotSentAt = 144;
    private const int Needed = 148;

    /// <returns>How many bytes the peer has acknowledged, or -1 when nothing is left to be acknowledged or the system does not tell.</returns>
    public static long AcknowledgedWhileWaiting(Socket socket)
    {
        if (!OperatingSystem.IsLinux() || socket.ProtocolType != ProtocolType.Tcp)
        {
            return -1;
        }

        Span<byte> info = stackalloc byte[256];
        try
        {
            if (socket.GetRawSocketOption(TcpLevel, TcpInfo, info) < Needed)
            {
                return -1;
            }
        }
        catch (Exception error) when (SocketFailure.Is(error))
        {
            return -1;
        }

        uint waiting = BinaryPrimitives.ReadUInt32LittleEndian(info[UnackedAt..]) + BinaryPrimitives.ReadUInt32LittleEndian(info[NotSentAt..]);
        return waiting == 0 ? -1 : BinaryPrimitives.ReadInt64LittleEndian(info[BytesAckedAt..]);
    }
}
