using System.Net;
using System.Net.Sockets;
using SocketConnector.Sockets;
using SocketConnector.TestKit;
using SocketConnector.Transports;

namespace SocketConnector.Tests.Transports;

/// <summary>Counts the sockets of the process, so it runs alone.</summary>
[Collection(Alone.Name)]
public sealed class SourceAddressTests
{
    private readonly ClockedDialer _dialer = new();

    [Fact]
    public async Task B99_A_connection_comes_from_the_address_asked_for()
    {
        using var server = new TestServer();
        var source = IPAddress.Parse("127.0.0.5");
        ByteStream stream = (await _dialer.Create().ConnectAsync(new DialTargets(new ConnectOptions(server.EndPoint) { Bind = source }), TestContext.Current.CancellationToken).InTimeAsync()).Stream;
        using TestPeer far = await server.AcceptAsync();
        Assert.Equal(source, ((IPEndPoint)far.Socket.RemoteEndPoint!).Address);
        stream.Close();
    }

    [Theory]
    [InlineData("192.0.2.1", SocketError.AddressNotAvailable, "cannot connect from 192.0.2.1: the address does not belong to this machine")]
    [InlineData("::1", SocketError.AddressFamilyNotSupported, "no IPv6 address to reach from ::1")]
    public async Task B99_A_source_address_that_cannot_be_had_is_told(string source, SocketError code, string reason)
    {
        using var server = new TestServer();
        int before = Descriptors.SettledSockets();
        SocketException error = await Assert.ThrowsAsync<SocketException>(() => _dialer.Create().ConnectAsync(
            new DialTargets(new ConnectOptions(server.EndPoint) { Bind = IPAddress.Parse(source) }), TestContext.Current.CancellationToken).InTimeAsync());
        Assert.Equal((code, $"Cannot connect to {server.EndPoint}: {reason}"), (error.SocketErrorCode, error.Message));
        Assert.Equal(before, Descriptors.SettledSockets());
    }
}
