using System.Buffers;
using System.Diagnostics;
using System.Net;
using System.Net.Sockets;

namespace SocketConnector.ProxyProtocol;

/// <summary>Version 1, a line of text: <c>PROXY TCP4 192.0.2.1 198.51.100.1 56324 443</c>, CR, LF.</summary>
internal static class Version1
{
    private static ReadOnlySpan<byte> Prefix => "PROXY "u8;

    private static ReadOnlySpan<byte> LineEnd => "\r\n"u8;

    private static ReadOnlySpan<byte> Unknown => "UNKNOWN"u8;

    public static OperationStatus Parse(in ReadOnlySequence<byte> input, out ProxyHeader header, out ProxyHeaderError error, int maxLength)
    {
        header = default;
        error = ProxyHeaderError.None;
        Span<byte> memory = stackalloc byte[ProxyHeader.MaxLengthV1];
        int count = (int)Math.Min(input.Length, memory.Length);
        input.Slice(0, count).CopyTo(memory);
        ReadOnlySpan<byte> text = memory[..count];

        int common = Math.Min(count, Prefix.Length);
        if (!text[..common].SequenceEqual(Prefix[..common]))
        {
            return Fail(ProxyHeaderError.NotAHeader, out error);
        }

        int most = Math.Min(maxLength, ProxyHeader.MaxLengthV1);
        int end = text.IndexOf((byte)'\n');
        if (end < 0)
        {
            return count < most ? OperationStatus.NeedMoreData : Fail(ProxyHeaderError.TooLong, out error);
        }

        int length = end + 1;
        if (length > most)
        {
            return Fail(ProxyHeaderError.TooLong, out error);
        }

        if (!text[..length].EndsWith(LineEnd))
        {
            return Fail(ProxyHeaderError.NotAHeader, out error);
        }

        error = ParseLine(text[Prefix.Length..(length - LineEnd.Length)], length, out header);
        return error == ProxyHeaderError.None ? OperationStatus.Done : OperationStatus.InvalidData;
    }

    /// <summary>Writes a header; UNKNOWN where the two are not addresses of one IP family.</summary>
    /// <returns>How many bytes; none where the room is too small.</returns>
    public static int Write(EndPoint? source, EndPoint? destination, Span<byte> room)
    {
        if (IPPair.Of(source, destination) is not { } pair)
        {
            return TryAppend(Prefix, room, 0, out int unknown) && TryAppend(Unknown, room, unknown, out unknown) && TryAppend(LineEnd, room, unknown, out unknown) ? unknown : 0;
        }

        return TryAppend(Prefix, room, 0, out int at)
            && TryAppend(pair.Family == AddressFamily.InterNetwork ? "TCP4 "u8 : "TCP6 "u8, room, at, out at)
            && TryAppendAddress(pair.Source, room, at, out at)
            && TryAppend(" "u8, room, at, out at)
            && TryAppendAddress(pair.Destination, room, at, out at)
            && TryAppend(" "u8, room, at, out at)
            && TryAppend(pair.SourcePort, room, at, out at)
            && TryAppend(" "u8, room, at, out at)
            && TryAppend(pair.DestinationPort, room, at, out at)
            && TryAppend(LineEnd, room, at, out at)
            ? at : 0;
    }

    private static ProxyHeaderError ParseLine(ReadOnlySpan<byte> line, int length, out ProxyHeader header)
    {
        header = default;
        ReadOnlySpan<byte> protocol = Next(ref line, out bool hasMore);
        if (protocol.SequenceEqual(Unknown))
        {
            // Whatever else the line holds is to be ignored.
            header = new ProxyHeader(version: 1, length, isLocal: false);
            return ProxyHeaderError.None;
        }

        bool isIPv4 = protocol.SequenceEqual("TCP4"u8);
        if (!isIPv4 && !protocol.SequenceEqual("TCP6"u8))
        {
            return ProxyHeaderError.UnknownFamily;
        }

        if (!hasMore
            || !TryNextAddress(ref line, isIPv4, out UInt128 source)
            || !TryNextAddress(ref line, isIPv4, out UInt128 destination)
            || !AddressText.TryParsePort(Next(ref line, out hasMore), out ushort sourcePort)
            || !hasMore
            || !AddressText.TryParsePort(line, out ushort destinationPort))
        {
            return ProxyHeaderError.BadAddress;
        }

        header = new ProxyHeader(version: 1, length, isIPv4 ? ProxyFamily.IPv4 : ProxyFamily.IPv6, ProxyTransport.Stream, source, destination, sourcePort, destinationPort);
        return ProxyHeaderError.None;
    }

    private static bool TryNextAddress(ref ReadOnlySpan<byte> line, bool isIPv4, out UInt128 address)
    {
        ReadOnlySpan<byte> text = Next(ref line, out bool hasMore);
        return (isIPv4 ? AddressText.TryParseIPv4(text, out address) : AddressText.TryParseIPv6(text, out address)) && hasMore;
    }

    /// <summary>Takes what comes before the next space, and that space.</summary>
    private static ReadOnlySpan<byte> Next(ref ReadOnlySpan<byte> line, out bool hasMore)
    {
        int end = line.IndexOf((byte)' ');
        hasMore = end >= 0;
        ReadOnlySpan<byte> word = hasMore ? line[..end] : line;
        line = hasMore ? line[(end + 1)..] : [];
        return word;
    }

    private static bool TryAppend(ReadOnlySpan<byte> text, Span<byte> room, int at, out int end)
    {
        end = at + text.Length;
        return text.TryCopyTo(room[at..]);
    }

    /// <summary>The format has no IPv4 notation inside IPv6, as .NET writes some addresses: those are written in groups, none left out.</summary>
    private static bool TryAppendAddress(IPAddress address, Span<byte> room, int at, out int end)
    {
        Span<byte> text = stackalloc byte[AddressText.MaxLength];
        bool fits = address.TryFormat(text, out int length);
        Debug.Assert(fits, "No address is longer.");
        if (address.AddressFamily == AddressFamily.InterNetworkV6 && text[..length].Contains((byte)'.'))
        {
            length = AddressText.FormatGroups(address, text);
        }

        return TryAppend(text[..length], room, at, out end);
    }

    private static bool TryAppend<T>(T value, Span<byte> room, int at, out int end)
        where T : IUtf8SpanFormattable
    {
        bool fits = value.TryFormat(room[at..], out int written, format: default, provider: null);
        end = at + written;
        return fits;
    }

    private static OperationStatus Fail(ProxyHeaderError reason, out ProxyHeaderError error)
    {
        error = reason;
        return OperationStatus.InvalidData;
    }
}
