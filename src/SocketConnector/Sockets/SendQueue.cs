using System.Runtime.InteropServices;

namespace SocketConnector.Sockets;

/// <summary>
/// What the kernel still holds for a peer that reads slowly. A relay that has handed over its bytes sees nothing move any more,
/// though the peer may be reading all the while; this does.
/// </summary>
internal sealed class SendQueue
{
    // struct tcp_info of linux/tcp.h, which only ever grows at its end.
    private const int UnackedAt = 24;
    private const int BytesAckedAt = 120;
    private const int NotSentAt = 144;
    private const int Needed = 148;

    private readonly ByteStream _socket;
    private State _last;

    public SendQueue(ByteStream socket)
    {
        _socket = socket;
        _last = Look();
    }

    /// <summary>Whether bytes, or the end, were waiting for the peer when this was last asked for.</summary>
    public bool IsWaiting => _last.IsWaiting;

    /// <summary>
    /// Whether the peer has taken bytes since this was last asked, while more than it took at once was waiting for it. Never,
    /// where the system does not tell.
    /// </summary>
    public bool HasMoved()
    {
        State now = Look(), last = _last;
        _last = now;

        // The end of the stream is acknowledged like a byte, and is none.
        return (last.IsWaiting || now.IsWaiting) && now.Acknowledged - last.Acknowledged > 1;
    }

    private State Look()
    {
        Span<byte> info = stackalloc byte[256];
        try
        {
            if (_socket.ReadTcpInfo(info) < Needed)
            {
                return default;
            }
        }
        catch (Exception error) when (SocketFailure.Is(error))
        {
            return default;
        }

        uint waiting = MemoryMarshal.Read<uint>(info[UnackedAt..]) + MemoryMarshal.Read<uint>(info[NotSentAt..]);
        return new State(waiting > 0, MemoryMarshal.Read<long>(info[BytesAckedAt..]));
    }

    private readonly record struct State(bool IsWaiting, long Acknowledged);
}
