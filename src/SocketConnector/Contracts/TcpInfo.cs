using System.Runtime.InteropServices;

namespace SocketConnector;

/// <summary>What the kernel knows of a TCP socket at one moment (tcp(7), TCP_INFO).</summary>
public sealed record TcpInfo
{
    // struct tcp_info of linux/tcp.h, which only ever grows at its end.
    private const int StateAt = 0;
    private const int MssAt = 16;
    private const int RoundTripAt = 68;
    private const int RoundTripVarianceAt = 72;
    private const int CongestionWindowAt = 80;
    private const int RetransmitsAt = 100;
    private const int Needed = 104;
    private const int DeliveryRateAt = 160;

    private const double MicrosecondsInSecond = 1e6;

    // enum of include/net/tcp_states.h, from 1.
    private static readonly string[] _states =
        ["established", "syn-sent", "syn-received", "fin-wait-1", "fin-wait-2", "time-wait", "closed", "close-wait", "last-ack", "listening", "closing", "new-syn-received"];

    private TcpInfo()
    {
    }

    /// <summary>The state of RFC 9293, section 3.3.2, such as <c>established</c> or <c>close-wait</c>.</summary>
    public required string State { get; init; }

    /// <summary>The smoothed round-trip time.</summary>
    public required TimeSpan RoundTrip { get; init; }

    /// <summary>Its mean deviation.</summary>
    public required TimeSpan RoundTripVariance { get; init; }

    /// <summary>How many segments were sent again, since it was connected.</summary>
    public required long Retransmits { get; init; }

    /// <summary>The congestion window, in segments of <see cref="MaxSegmentSize"/>.</summary>
    public required long CongestionWindow { get; init; }

    /// <summary>The most that a sent segment carries, in bytes.</summary>
    public required int MaxSegmentSize { get; init; }

    /// <summary>How fast the peer took the last of what was sent, in bytes for each second; zero where the kernel does not tell.</summary>
    public required long DeliveryRate { get; init; }

    /// <summary>Bytes that were sent and that the peer has not acknowledged.</summary>
    public required int SendQueue { get; init; }

    /// <summary>Bytes that have arrived and were not read.</summary>
    public required int ReceiveQueue { get; init; }

    /// <returns>What it says; nothing where it is too short to.</returns>
    internal static TcpInfo? Of(ReadOnlySpan<byte> info, int sendQueue, int receiveQueue) => info.Length < Needed ? null : new TcpInfo
    {
        State = info[StateAt] is var state && state >= 1 && state <= _states.Length ? _states[state - 1] : "unknown",
        RoundTrip = TimeSpan.FromSeconds(Number(info, RoundTripAt) / MicrosecondsInSecond),
        RoundTripVariance = TimeSpan.FromSeconds(Number(info, RoundTripVarianceAt) / MicrosecondsInSecond),
        Retransmits = Number(info, RetransmitsAt),
        CongestionWindow = Number(info, CongestionWindowAt),
        MaxSegmentSize = (int)Number(info, MssAt),
        DeliveryRate = info.Length >= DeliveryRateAt + sizeof(long) ? MemoryMarshal.Read<long>(info[DeliveryRateAt..]) : 0,
        SendQueue = sendQueue,
        ReceiveQueue = receiveQueue,
    };

    private static uint Number(ReadOnlySpan<byte> info, int at) => MemoryMarshal.Read<uint>(info[at..]);
}
