using System.Net.Sockets;
using System.Runtime.InteropServices;
using SocketConnector.Loops;
using SocketConnector.Sockets;

namespace SocketConnector.Tests.Sockets;

/// <summary>A socket of which nothing is known but what the kernel is said to hold for its peer (struct tcp_info of linux/tcp.h).</summary>
internal sealed class ToldSocket : ByteStream
{
    public const int Everything = 232;

    /// <summary>How much of it the system tells.</summary>
    public int Told { get; set; } = Everything;

    /// <summary>Sent, and not acknowledged yet.</summary>
    public uint UnacknowledgedSegments { get; set; }

    /// <summary>Not even sent.</summary>
    public uint NotSent { get; set; }

    public long Acknowledged { get; set; }

    /// <summary>Thrown instead of telling.</summary>
    public Exception? Failure { get; set; }

    public override bool IsTcp => true;

    public override CompactEndPoint Remote => default;

    public override CompactEndPoint Local => default;

    public override int Available => throw new NotSupportedException();

    public override int ReadTcpInfo(Span<byte> info)
    {
        if (Failure is not null)
        {
            throw Failure;
        }

        info.Clear();
        MemoryMarshal.Write(info[24..], UnacknowledgedSegments);
        MemoryMarshal.Write(info[120..], Acknowledged);
        MemoryMarshal.Write(info[144..], NotSent);
        return Told;
    }

    public override void Configure(KeepAliveOptions? keepAlive, TimeSpan? userTimeout) => throw new NotSupportedException();

    public override SocketError Receive(Span<byte> room, bool peek, out int count) => throw new NotSupportedException();

    public override SocketError Send(ReadOnlySpan<byte> chunk, out int count) => throw new NotSupportedException();

    public override ValueTask<int> WaitReadableAsync(CancellationToken cancellationToken) => throw new NotSupportedException();

    public override ValueTask<int> SendAsync(ReadOnlyMemory<byte> chunk, CancellationToken cancellationToken) => throw new NotSupportedException();

    public override ValueTask EndSendingAsync(CancellationToken cancellationToken) => throw new NotSupportedException();

    public override Readiness Look() => throw new NotSupportedException();

    public override void Close()
    {
    }

    public override void Reset()
    {
    }
}
