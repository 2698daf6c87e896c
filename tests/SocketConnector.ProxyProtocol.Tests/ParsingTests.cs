using System.Buffers;
using SocketConnector.TestKit;

namespace SocketConnector.ProxyProtocol.Tests;

public sealed class ParsingTests
{
    public static TheoryData<string, byte[], string?, string?> Valid => Headers.Valid;

    [Theory]
    [MemberData(nameof(Valid))]
    public void A_header_says_where_the_connection_came_from_and_how_long_it_is(string what, byte[] bytes, string? source, string? destination)
    {
        byte[] followed = [.. bytes, .. "\r\nGET / HTTP/1.1"u8];
        Assert.Equal((OperationStatus.Done, ProxyHeaderError.None), (Headers.Parse(followed, out ProxyHeader header, out ProxyHeaderError error), error));
        Assert.Equal((source, destination, bytes.Length), (header.Source?.ToString(), header.Destination?.ToString(), header.Length));
        Assert.Equal(what.StartsWith("v1", StringComparison.Ordinal) ? 1 : 2, header.Version);
        Assert.Equal(what.Contains("LOCAL", StringComparison.Ordinal), header.IsLocal);
    }

    [Theory]
    [MemberData(nameof(Valid))]
    public void B95_Cut_at_every_byte_it_asks_for_more(string what, byte[] bytes, string? source, string? destination)
    {
        for (int length = 0; length < bytes.Length; length++)
        {
            OperationStatus status = Headers.Parse(bytes.AsMemory(0, length), out ProxyHeader header, out ProxyHeaderError error);
            Assert.True((status, error) == (OperationStatus.NeedMoreData, ProxyHeaderError.None), $"{what}, cut at {length} of {bytes.Length}: {status}, {error}");
            Assert.True(header.Length == 0 && source != "" && destination != "");
        }
    }

    [Theory]
    [MemberData(nameof(Valid))]
    public void In_pieces_of_any_size_it_says_the_same(string what, byte[] bytes, string? source, string? destination)
    {
        byte[] followed = [.. bytes, .. "hello"u8];
        for (int size = 1; size <= followed.Length; size++)
        {
            OperationStatus status = ProxyHeader.Parse(Pieces.Of(followed, size), out ProxyHeader header, out ProxyHeaderError error);
            Assert.True(
                (status, header.Source?.ToString(), header.Destination?.ToString(), header.Length) == (OperationStatus.Done, source, destination, bytes.Length),
                $"{what}, in pieces of {size}: {status}, {error}, {header.Source}, {header.Destination}, {header.Length}");
        }
    }

    public static TheoryData<string, ProxyHeaderError> BadLines => new()
    {
        { "GET / HTTP/1.1", ProxyHeaderError.NotAHeader },
        { "proxy TCP4 192.0.2.1 198.51.100.7 1 2", ProxyHeaderError.NotAHeader },
        { "PROXY\tTCP4 192.0.2.1 198.51.100.7 1 2", ProxyHeaderError.NotAHeader },
        { "PROXY ", ProxyHeaderError.UnknownFamily },
        { "PROXY UDP4 192.0.2.1 198.51.100.7 1 2", ProxyHeaderError.UnknownFamily },
        { "PROXY tcp4 192.0.2.1 198.51.100.7 1 2", ProxyHeaderError.UnknownFamily },
        { "PROXY UNKNOWNS", ProxyHeaderError.UnknownFamily },
        { "PROXY  TCP4 192.0.2.1 198.51.100.7 1 2", ProxyHeaderError.UnknownFamily },
        { "PROXY TCP4", ProxyHeaderError.BadAddress },
        { "PROXY TCP4 192.0.2.1 198.51.100.7 1", ProxyHeaderError.BadAddress },
        { "PROXY TCP4 192.0.2.1 198.51.100.7 1 2 3", ProxyHeaderError.BadAddress },
        { "PROXY TCP4 192.0.2.1 198.51.100.7 1 2 ", ProxyHeaderError.BadAddress },
        { "PROXY TCP4 192.0.2.1  198.51.100.7 1 2", ProxyHeaderError.BadAddress },
        { "PROXY TCP4 192.0.2 198.51.100.7 1 2", ProxyHeaderError.BadAddress },
        { "PROXY TCP4 192.0.2.1.5 198.51.100.7 1 2", ProxyHeaderError.BadAddress },
        { "PROXY TCP4 192.0.2.256 198.51.100.7 1 2", ProxyHeaderError.BadAddress },
        { "PROXY TCP4 192.0.2.01 198.51.100.7 1 2", ProxyHeaderError.BadAddress },
        { "PROXY TCP4 0xC0.0.2.1 198.51.100.7 1 2", ProxyHeaderError.BadAddress },
        { "PROXY TCP4 3221225985 198.51.100.7 1 2", ProxyHeaderError.BadAddress },
        { "PROXY TCP4 ::1 ::1 1 2", ProxyHeaderError.BadAddress },
        { "PROXY TCP6 192.0.2.1 198.51.100.7 1 2", ProxyHeaderError.BadAddress },
        { "PROXY TCP6 ::1%eth0 ::1 1 2", ProxyHeaderError.BadAddress },
        { "PROXY TCP6 [::1] ::1 1 2", ProxyHeaderError.BadAddress },
        { "PROXY TCP6 1::2::3 ::1 1 2", ProxyHeaderError.BadAddress },
        { "PROXY TCP6 :::: ::1 1 2", ProxyHeaderError.BadAddress },
        { "PROXY TCP6 :1 ::1 1 2", ProxyHeaderError.BadAddress },
        { "PROXY TCP6 1:2:3:4:5:6:7 ::1 1 2", ProxyHeaderError.BadAddress },
        { "PROXY TCP6 1:2:3:4:5:6:7: ::1 1 2", ProxyHeaderError.BadAddress },
        { "PROXY TCP6 1:2:3:4:5:6:7:8:9 ::1 1 2", ProxyHeaderError.BadAddress },
        { "PROXY TCP6 1:2:3:4::5:6:7:8 ::1 1 2", ProxyHeaderError.BadAddress },
        { "PROXY TCP6 12345:: ::1 1 2", ProxyHeaderError.BadAddress },
        { "PROXY TCP6 ::g ::1 1 2", ProxyHeaderError.BadAddress },
        { "PROXY TCP6 192.0.2.1:: ::1 1 2", ProxyHeaderError.BadAddress },
        { "PROXY TCP6 ::1.2.3.4:5 ::1 1 2", ProxyHeaderError.BadAddress },
        { "PROXY TCP4 192.0.2.1 198.51.100.7 65536 2", ProxyHeaderError.BadAddress },
        { "PROXY TCP4 192.0.2.1 198.51.100.7 01 2", ProxyHeaderError.BadAddress },
        { "PROXY TCP4 192.0.2.1 198.51.100.7 +1 2", ProxyHeaderError.BadAddress },
        { "PROXY TCP4 192.0.2.1 198.51.100.7 -1 2", ProxyHeaderError.BadAddress },
        { "PROXY TCP4 192.0.2.1 198.51.100.7 1 99999999999", ProxyHeaderError.BadAddress },
        { "PROXY UNKNOWN " + new string('x', 100), ProxyHeaderError.TooLong },
        { "PROXY UNKNOWN\nGET /", ProxyHeaderError.NotAHeader },
    };

    [Theory]
    [MemberData(nameof(BadLines))]
    public void B95_A_line_that_is_not_exactly_right_is_refused_with_its_reason(string line, ProxyHeaderError expected)
    {
        Assert.Equal((OperationStatus.InvalidData, expected), (Headers.Parse(Headers.V1(line), out _, out ProxyHeaderError error), error));
    }

    [Theory]
    [InlineData("G")]
    [InlineData("PX")]
    [InlineData("PROXYX")]
    [InlineData("\r\n\r\n\0\r\nQUIX")]
    [InlineData("\rX")]
    [InlineData("SSH-2.0-OpenSSH")]
    public void Something_else_is_refused_at_its_first_wrong_byte(string start)
    {
        byte[] bytes = System.Text.Encoding.Latin1.GetBytes(start);
        Assert.Equal((OperationStatus.InvalidData, ProxyHeaderError.NotAHeader), (Headers.Parse(bytes, out _, out ProxyHeaderError error), error));
    }

    [Fact]
    public void A_line_that_does_not_end_is_refused_once_it_is_as_long_as_the_longest()
    {
        byte[] endless = [.. "PROXY UNKNOWN "u8, .. new byte[200]];
        Assert.Equal(OperationStatus.NeedMoreData, Headers.Parse(endless.AsMemory(0, ProxyHeader.MaxLengthV1 - 1), out _, out _));
        Assert.Equal((OperationStatus.InvalidData, ProxyHeaderError.TooLong), (Headers.Parse(endless.AsMemory(0, ProxyHeader.MaxLengthV1), out _, out ProxyHeaderError error), error));
    }

    public static TheoryData<string, byte[], ProxyHeaderError> BadBinaries => new()
    {
        { "version 1", Headers.V2(0x11, 0x11, Headers.IPv4Block), ProxyHeaderError.UnknownVersion },
        { "version 3", Headers.V2(0x31, 0x11, Headers.IPv4Block), ProxyHeaderError.UnknownVersion },
        { "command 2", Headers.V2(0x22, 0x11, Headers.IPv4Block), ProxyHeaderError.UnknownCommand },
        { "family 4", Headers.V2(0x21, 0x41, Headers.IPv4Block), ProxyHeaderError.UnknownFamily },
        { "transport 3", Headers.V2(0x21, 0x13, Headers.IPv4Block), ProxyHeaderError.UnknownFamily },
        { "no room for IPv4", Headers.V2(0x21, 0x11, Headers.IPv4Block[..11]), ProxyHeaderError.BadAddress },
        { "no room for IPv6", Headers.V2(0x21, 0x21, Headers.IPv4Block), ProxyHeaderError.BadAddress },
        { "no room for Unix", Headers.V2(0x21, 0x31, Headers.IPv6Block), ProxyHeaderError.BadAddress },
        { "a TLV cut in its prefix", Headers.V2(0x21, 0x11, [.. Headers.IPv4Block, 1, 0]), ProxyHeaderError.BadTlv },
        { "a TLV cut in its value", Headers.V2(0x21, 0x11, [.. Headers.IPv4Block, 1, 0, 2, (byte)'h']), ProxyHeaderError.BadTlv },
        { "a checksum of three bytes", Headers.V2(0x21, 0x11, [.. Headers.IPv4Block, .. Headers.Tlv(3, 1, 2, 3)]), ProxyHeaderError.BadTlv },
        { "a wrong checksum", Headers.V2(0x21, 0x11, [.. Headers.IPv4Block, .. Headers.Tlv(3, 1, 2, 3, 4)]), ProxyHeaderError.BadChecksum },
        { "an id of 129 bytes", Headers.V2(0x21, 0x11, [.. Headers.IPv4Block, .. Headers.Tlv(5, new byte[129])]), ProxyHeaderError.BadTlv },
        { "TLS without its fixed part", Headers.V2(0x21, 0x11, [.. Headers.IPv4Block, .. Headers.Tlv(0x20, 1, 0, 0, 0)]), ProxyHeaderError.BadTlv },
        { "TLS with a detail that is cut", Headers.V2(0x21, 0x11, [.. Headers.IPv4Block, .. Headers.Tlv(0x20, 1, 0, 0, 0, 0, 0x21, 0, 9, 1)]), ProxyHeaderError.BadTlv },
    };

    [Theory]
    [MemberData(nameof(BadBinaries))]
    public void B95_A_binary_header_that_is_wrong_is_refused_with_its_reason(string what, byte[] bytes, ProxyHeaderError expected)
    {
        Assert.Equal((what, OperationStatus.InvalidData, expected), (what, Headers.Parse(bytes, out _, out ProxyHeaderError error), error));
    }

    [Fact]
    public void One_longer_than_the_caller_allows_is_refused_before_it_has_come()
    {
        byte[] start = Headers.V2OfLength(0x21, 0x11, 2000, Headers.IPv4Block);
        Assert.Equal(OperationStatus.NeedMoreData, Headers.Parse(start, out _, out _));
        Assert.Equal(
            (OperationStatus.InvalidData, ProxyHeaderError.TooLong),
            (ProxyHeader.Parse(new ReadOnlySequence<byte>(start), out _, out ProxyHeaderError error, maxLength: 1024), error));
    }

    [Theory]
    [MemberData(nameof(Valid))]
    public void Parsing_allocates_nothing(string what, byte[] bytes, string? source, string? destination)
    {
        ReadOnlySequence<byte> whole = Pieces.Of(bytes, 7);
        _ = ProxyHeader.Parse(whole, out _, out _);
        long before = GC.GetAllocatedBytesForCurrentThread();
        OperationStatus status = ProxyHeader.Parse(whole, out ProxyHeader header, out _);
        int tlvs = 0;
        foreach (ProxyTlv _ in header.Tlvs)
        {
            tlvs++;
        }

        long allocated = GC.GetAllocatedBytesForCurrentThread() - before;
        Assert.True((status, allocated) == (OperationStatus.Done, 0), $"{what}: {status}, {allocated} bytes, {tlvs} TLVs, {source} {destination}");
    }
}
