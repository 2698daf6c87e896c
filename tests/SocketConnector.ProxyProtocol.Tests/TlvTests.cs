using System.Buffers;
using System.Net;
using System.Text;
using SocketConnector.TestKit;

namespace SocketConnector.ProxyProtocol.Tests;

public sealed class TlvTests
{
    private static readonly IPEndPoint _source = IPEndPoint.Parse("192.0.2.1:56324");
    private static readonly IPEndPoint _destination = IPEndPoint.Parse("198.51.100.7:443");

    [Fact]
    public void They_come_in_their_order_and_can_be_passed_on_as_they_are()
    {
        byte[] tlvs = [.. Headers.Tlv(0x01, (byte)'h', (byte)'2'), .. Headers.Tlv(0x04), .. Headers.Tlv(0xE5, 1, 2)];
        Assert.Equal(OperationStatus.Done, Headers.Parse(Headers.V2(0x21, 0x11, [.. Headers.IPv4Block, .. tlvs]), out ProxyHeader header, out _));

        var seen = new List<(ProxyTlvType, string)>();
        foreach (ProxyTlv tlv in header.Tlvs)
        {
            seen.Add((tlv.Type, Convert.ToHexString(tlv.Value.ToArray())));
        }

        Assert.Equal([(ProxyTlvType.Alpn, "6832"), (ProxyTlvType.Noop, ""), ((ProxyTlvType)0xE5, "0102")], seen);
        Assert.Equal(tlvs, header.Tlvs.Bytes.ToArray());
        Assert.True(header.Tlvs.TryGet(ProxyTlvType.Alpn, out ReadOnlySequence<byte> alpn));
        Assert.Equal("h2", Encoding.ASCII.GetString(alpn));
        Assert.False(header.Tlvs.TryGet(ProxyTlvType.Authority, out _));
    }

    [Fact]
    public void B95_A_checksum_holds_until_a_bit_changes()
    {
        byte[] header = Write(static (ref ProxyTlvWriter tlvs) =>
        {
            tlvs.TryWrite(ProxyTlvType.Authority, "example.net"u8);
            tlvs.TryWriteChecksum();
            tlvs.TryWrite(ProxyTlvType.UniqueId, "42"u8);
        });
        Assert.Equal(OperationStatus.Done, Headers.Parse(header, out _, out _));
        for (int size = 1; size < header.Length; size++)
        {
            Assert.Equal(OperationStatus.Done, ProxyHeader.Parse(Pieces.Of(header, size), out _, out _));
        }

        // The addresses and the values; with another type or length the checksum may be something else.
        foreach (int at in (IEnumerable<int>)[.. Enumerable.Range(16, 12), .. Enumerable.Range(31, 11), .. Enumerable.Range(45, 4), .. Enumerable.Range(52, 2)])
        {
            for (int bit = 0; bit < 8; bit++)
            {
                byte[] changed = [.. header];
                changed[at] ^= (byte)(1 << bit);
                Assert.Equal((at, OperationStatus.InvalidData, ProxyHeaderError.BadChecksum), (at, Headers.Parse(changed, out _, out ProxyHeaderError error), error));
            }
        }
    }

    [Fact]
    public void TLS_is_told_with_its_details()
    {
        byte[] details = [.. Headers.Tlv(0x21, "TLSv1.3"u8.ToArray()), .. Headers.Tlv(0x22, "client"u8.ToArray())];
        byte[] header = Headers.V2(0x21, 0x11, [.. Headers.IPv4Block, .. Headers.Tlv(0x20, [5, 0, 0, 0, 0, .. details])]);
        Assert.Equal(OperationStatus.Done, Headers.Parse(header, out ProxyHeader parsed, out _));

        Assert.True(ProxySslInfo.TryGet(parsed, out ProxySslInfo info));
        Assert.Equal((true, false, true, true), (info.IsTls, info.HasCertificateInConnection, info.HasCertificateInSession, info.IsVerified));
        Assert.True(info.Tlvs.TryGet(ProxyTlvType.SslCommonName, out ReadOnlySequence<byte> name));
        Assert.Equal("client", Encoding.UTF8.GetString(name));
    }

    [Theory]
    [InlineData(1, 0, false)]
    [InlineData(5, 1, false)]
    [InlineData(4, 0, false)]
    [InlineData(7, 0, true)]
    public void A_client_is_verified_only_with_a_certificate_that_the_sender_found_valid(byte client, byte verify, bool isVerified)
    {
        byte[] header = Headers.V2(0x21, 0x11, [.. Headers.IPv4Block, .. Headers.Tlv(0x20, client, 0, 0, 0, verify)]);
        Assert.Equal(OperationStatus.Done, Headers.Parse(header, out ProxyHeader parsed, out _));
        Assert.True(ProxySslInfo.TryGet(parsed, out ProxySslInfo info));
        Assert.Equal(isVerified, info.IsVerified);
    }

    [Theory]
    [InlineData(false, false)]
    [InlineData(true, false)]
    [InlineData(true, true)]
    public void TLS_that_is_written_is_read_as_it_was(bool hasCertificate, bool isVerified)
    {
        byte[] details = Headers.Tlv(0x21, "TLSv1.3"u8.ToArray());
        byte[] header = Write((ref ProxyTlvWriter tlvs) => Assert.True(tlvs.TryWriteSsl(hasCertificate, isVerified, details)));
        Assert.Equal(OperationStatus.Done, Headers.Parse(header, out ProxyHeader parsed, out _));

        Assert.True(ProxySslInfo.TryGet(parsed, out ProxySslInfo info));
        Assert.Equal((true, hasCertificate, hasCertificate, isVerified), (info.IsTls, info.HasCertificateInConnection, info.HasCertificateInSession, info.IsVerified));
        Assert.Equal(details, info.Tlvs.Bytes.ToArray());
    }

    [Theory]
    [InlineData(7 + 3, true)]
    [InlineData(7 + 3 + 1, true)]
    [InlineData(7 + 2, false)]
    public void TLS_that_does_not_fit_is_not_written(int room, bool fits)
    {
        var writer = new ProxyTlvWriter(new byte[room]);
        Assert.Equal(fits, writer.TryWriteSsl(hasCertificate: false, isVerified: false, [0x21, 0]));
        Assert.Equal(fits ? 10 : 0, writer.Written);
    }

    [Fact]
    public void A_header_without_TLS_says_nothing_of_it()
    {
        Assert.Equal(OperationStatus.Done, Headers.Parse(Headers.V1("PROXY UNKNOWN"), out ProxyHeader header, out _));
        Assert.False(ProxySslInfo.TryGet(header, out _));
    }

    [Fact]
    public void One_that_does_not_fit_is_not_written()
    {
        var writer = new ProxyTlvWriter(stackalloc byte[8]);
        Assert.True(writer.TryWrite(ProxyTlvType.UniqueId, "ab"u8));
        Assert.False(writer.TryWrite(ProxyTlvType.UniqueId, "c"u8));
        Assert.Equal(5, writer.Written);
    }

    [Theory]
    [InlineData("010003616263" + "04")]
    [InlineData("0100FF61")]
    [InlineData("030003000000")]
    [InlineData("0300040000000003000400000000")]
    [InlineData("200000")]
    [InlineData("20000701000000002100")]
    public void Malformed_ones_are_the_callers_mistake(string hex)
    {
        Assert.Throws<ArgumentException>(() => ProxyHeaderWriter.TryWriteV2(_source, _destination, new ReadOnlySequence<byte>(Convert.FromHexString(hex)), new byte[256], out _));
    }

    [Fact]
    public void What_a_parser_would_refuse_is_not_written()
    {
        byte[] tlvs = Headers.Tlv((byte)ProxyTlvType.UniqueId, new byte[ProxyTlv.MaxUniqueIdLength + 1]), room = new byte[512];
        Assert.Throws<ArgumentException>(() => ProxyHeaderWriter.TryWriteV2(_source, _destination, new ReadOnlySequence<byte>(tlvs), room, out _));
        Assert.True(ProxyHeaderWriter.TryWriteV2(_source, _destination, new ReadOnlySequence<byte>(Headers.Tlv((byte)ProxyTlvType.UniqueId, tlvs[^ProxyTlv.MaxUniqueIdLength..])), room, out int written));
        Assert.Equal(OperationStatus.Done, Headers.Parse(room.AsMemory(0, written), out _, out _));
    }

    private delegate void TlvsOf(ref ProxyTlvWriter writer);

    private static byte[] Write(TlvsOf write)
    {
        byte[] tlvs = new byte[256];
        var writer = new ProxyTlvWriter(tlvs);
        write(ref writer);
        byte[] room = new byte[512];
        Assert.True(ProxyHeaderWriter.TryWriteV2(_source, _destination, new ReadOnlySequence<byte>(tlvs, 0, writer.Written), room, out int written));
        return room[..written];
    }
}
