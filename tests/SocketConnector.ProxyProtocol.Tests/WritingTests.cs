using System.Buffers;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace SocketConnector.ProxyProtocol.Tests;

public sealed class WritingTests
{
    [Theory]
    [InlineData("192.0.2.1:56324", "198.51.100.7:443", "PROXY TCP4 192.0.2.1 198.51.100.7 56324 443\r\n")]
    [InlineData("[2001:db8::1]:0", "[::1]:65535", "PROXY TCP6 2001:db8::1 ::1 0 65535\r\n")]
    [InlineData("[::ffff:192.0.2.1]:1", "198.51.100.7:2", "PROXY TCP4 192.0.2.1 198.51.100.7 1 2\r\n")]
    [InlineData("[::ffff:192.0.2.1]:1", "[::1]:2", "PROXY TCP6 0:0:0:0:0:ffff:c000:201 ::1 1 2\r\n")]
    [InlineData("[1111:2222:3333:4444:0:5efe:ffff:ffff]:65535", "[1111:2222:3333:4444:0:5efe:192.0.2.1]:65535", "PROXY TCP6 1111:2222:3333:4444:0:5efe:ffff:ffff 1111:2222:3333:4444:0:5efe:c000:201 65535 65535\r\n")]
    [InlineData("[fe80::1%3]:1", "[fe80::2%3]:2", "PROXY TCP6 fe80::1 fe80::2 1 2\r\n")]
    public void B95_Version_1_tells_both_addresses_in_one_family(string source, string destination, string expected)
    {
        byte[] room = new byte[ProxyHeader.MaxLengthV1];
        Assert.True(ProxyHeaderWriter.TryWriteV1(IPEndPoint.Parse(source), IPEndPoint.Parse(destination), room, out int written));
        Assert.Equal(expected, Encoding.ASCII.GetString(room, 0, written));
    }

    [Fact]
    public void Version_1_says_that_it_does_not_know_what_is_not_IP()
    {
        byte[] room = new byte[ProxyHeader.MaxLengthV1];
        Assert.True(ProxyHeaderWriter.TryWriteV1(new UnixDomainSocketEndPoint("/run/a"), null, room, out int written));
        Assert.Equal("PROXY UNKNOWN\r\n", Encoding.ASCII.GetString(room, 0, written));
    }

    [Fact]
    public void B95_Version_2_is_byte_for_byte_what_the_format_says()
    {
        Assert.Equal(Headers.V2(0x21, 0x11, Headers.IPv4Block), Write(IPEndPoint.Parse("192.0.2.1:56324"), IPEndPoint.Parse("198.51.100.7:443")));
        Assert.Equal(Headers.V2(0x21, 0x21, Headers.IPv6Block), Write(IPEndPoint.Parse("[2001:db8::1]:56324"), IPEndPoint.Parse("[2001:db8::2]:443")));
        Assert.Equal(
            Headers.V2(0x21, 0x31, Headers.UnixBlock("/run/a", "\0abstract")),
            Write(new UnixDomainSocketEndPoint("/run/a"), new UnixDomainSocketEndPoint("\0abstract")));
        Assert.Equal(Headers.V2(0x21, 0x00), Write(new UnixDomainSocketEndPoint("/run/a"), IPEndPoint.Parse("[::1]:1")));
        Assert.Equal(Headers.V2(0x21, 0x00), Write(null, null));
    }

    [Fact]
    public void A_connection_of_its_own_is_LOCAL()
    {
        byte[] room = new byte[16];
        Assert.True(ProxyHeaderWriter.TryWriteLocal(room, out int written));
        Assert.Equal(Headers.V2(0x20, 0x00), room[..written]);
    }

    [Fact]
    public void Where_the_room_is_too_small_it_says_so()
    {
        IPEndPoint one = IPEndPoint.Parse("192.0.2.1:56324"), other = IPEndPoint.Parse("198.51.100.7:443");
        int firstLength = "PROXY TCP4 192.0.2.1 198.51.100.7 56324 443\r\n".Length;
        for (int size = 0; size <= 64; size++)
        {
            Assert.Equal((size >= firstLength, size >= firstLength ? firstLength : 0), (ProxyHeaderWriter.TryWriteV1(one, other, new byte[size], out int first), first));
            Assert.Equal((size >= 28, size >= 28 ? 28 : 0), (ProxyHeaderWriter.TryWriteV2(one, other, new byte[size], out int second), second));
            Assert.Equal((size >= 16, size >= 16 ? 16 : 0), (ProxyHeaderWriter.TryWriteLocal(new byte[size], out int local), local));
        }
    }

    [Fact]
    public void More_TLVs_than_a_header_holds_are_the_callers_mistake()
    {
        byte[] tlvs = [.. Headers.Tlv(0xE0, new byte[40000]), .. Headers.Tlv(0xE0, new byte[30000])];
        Assert.Throws<ArgumentException>(() => ProxyHeaderWriter.TryWriteV2(null, null, new ReadOnlySequence<byte>(tlvs), new byte[100_000], out _));
    }

    [Fact]
    public void Writing_IP_addresses_allocates_nothing()
    {
        IPEndPoint one = IPEndPoint.Parse("[2001:db8::1]:1"), other = IPEndPoint.Parse("[2001:db8::2]:2");
        byte[] room = new byte[200];
        long allocated = 0;
        for (int i = 0; i < 2; i++)
        {
            long before = GC.GetAllocatedBytesForCurrentThread();
            ProxyHeaderWriter.TryWriteV1(one, other, room, out _);
            ProxyHeaderWriter.TryWriteV2(one, other, room, out _);
            allocated = GC.GetAllocatedBytesForCurrentThread() - before;
        }

        Assert.Equal(0, allocated);
    }

    private static byte[] Write(EndPoint? source, EndPoint? destination)
    {
        byte[] room = new byte[512];
        Assert.True(ProxyHeaderWriter.TryWriteV2(source, destination, room, out int written));
        return room[..written];
    }
}
