using System.Globalization;

namespace SocketConnector.Capture.Packets;

/// <summary>
/// A TCP conversation that is put together from what was relayed: its sequence numbers, and the segments that TCP would have sent. Pure but for
/// the sink.
/// </summary>
/// <param name="sink">Where its packets go.</param>
/// <param name="a">The end on side A.</param>
/// <param name="b">The end on side B.</param>
/// <param name="first">The initial sequence number of both; any will do.</param>
internal sealed class Conversation(IPacketSink sink, PacketEnd a, PacketEnd b, uint first)
{
    /// <summary>A reader that says nothing itself acknowledges once for so many bytes.</summary>
    private const uint MaxUnacknowledged = 64 * 1024;

    private readonly PacketEnd[] _ends = a.IsIPv6 == b.IsIPv6 ? [a, b] : [a.ToIPv6(), b.ToIPv6()];
    private readonly uint[] _next = [first, first];
    private readonly uint[] _acknowledged = [first, first];
    private readonly bool[] _hasEnded = [false, false];
    private Side _last;
    private long _missing;
    private long _dropped;
    private string? _comment;

    /// <summary>The side whose packets this program receives; it sends those of the other.</summary>
    public Side Inbound { get; init; } = Side.A;

    /// <summary>Goes with the next packet.</summary>
    public void Comment(string text) => _comment = _comment is null ? text : $"{_comment}\n{text}";

    /// <returns>How many bytes found no room since the last call.</returns>
    public long TakeDropped()
    {
        long dropped = _dropped;
        _dropped = 0;
        return dropped;
    }

    /// <summary>The three segments by which it is opened.</summary>
    public void Open(Side client, DateTimeOffset time)
    {
        Side server = Other(client);
        Send(client, TcpFlags.Syn, time);
        Send(server, TcpFlags.Syn | TcpFlags.Ack, time);
        Send(client, TcpFlags.Ack, time);
    }

    /// <summary>Bytes of a side, however many.</summary>
    public void Data(Side from, ReadOnlySpan<byte> bytes, DateTimeOffset time)
    {
        while (!bytes.IsEmpty)
        {
            ReadOnlySpan<byte> segment = bytes[..Math.Min(bytes.Length, PacketWriter.MaxSegment)];
            bytes = bytes[segment.Length..];
            Send(from, bytes.IsEmpty ? TcpFlags.Ack | TcpFlags.Push : TcpFlags.Ack, time, segment);
            if (_next[(int)from] - _acknowledged[(int)from] >= MaxUnacknowledged)
            {
                Send(Other(from), TcpFlags.Ack, time);
            }
        }
    }

    /// <summary>Bytes of a side that nobody has seen: a gap.</summary>
    public void Skip(Side from, long count)
    {
        _next[(int)from] += unchecked((uint)count);
        _missing += count;
    }

    /// <summary>A side ends its half, once.</summary>
    public void End(Side side, DateTimeOffset time)
    {
        if (!_hasEnded[(int)side])
        {
            _hasEnded[(int)side] = true;
            Send(side, TcpFlags.Fin | TcpFlags.Ack, time);
            if (!_hasEnded[(int)Other(side)])
            {
                Send(Other(side), TcpFlags.Ack, time);
            }
            else
            {
                _last = Other(side);
            }
        }
    }

    /// <summary>Behind both ends: the second one is acknowledged, which is the last packet, and says what is still to be said.</summary>
    public void Close(DateTimeOffset time) => Send(_last, TcpFlags.Ack, time);

    /// <summary>It is reset by one side; by the relay, which resets both, where it was neither.</summary>
    public void Reset(Side? by, DateTimeOffset time)
    {
        Send(by ?? Side.A, TcpFlags.Reset | TcpFlags.Ack, time);
        if (by is null)
        {
            Send(Side.B, TcpFlags.Reset | TcpFlags.Ack, time);
        }
    }

    private static Side Other(Side side) => side == Side.A ? Side.B : Side.A;

    private void Send(Side from, TcpFlags flags, DateTimeOffset time, ReadOnlySpan<byte> bytes = default)
    {
        (int mine, int theirs) = ((int)from, (int)Other(from));
        bool acknowledges = (flags & TcpFlags.Ack) != TcpFlags.None;
        var segment = new Segment(_ends[mine], _ends[theirs], _next[mine], acknowledges ? _next[theirs] : 0, flags);
        _next[mine] += (uint)bytes.Length + ((flags & (TcpFlags.Syn | TcpFlags.Fin)) != TcpFlags.None ? 1u : 0u);
        if (acknowledges)
        {
            _acknowledged[theirs] = _next[theirs];
        }

        string? comment = _missing == 0 ? _comment : string.Create(CultureInfo.InvariantCulture, $"{_missing} bytes before this were not captured{(_comment is null ? "" : "\n")}{_comment}");
        switch (sink.Send(time, from == Inbound ? Direction.Inbound : Direction.Outbound, segment, bytes, comment))
        {
            case PacketFate.Taken:
                (_comment, _missing) = (null, 0);
                break;
            case PacketFate.Dropped:
                _dropped += bytes.Length;
                break;
        }
    }
}
