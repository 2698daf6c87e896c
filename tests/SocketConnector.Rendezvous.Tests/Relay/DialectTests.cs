using System.Text;
using SocketConnector.Rendezvous.Relay;
using SocketConnector.TestKit;

namespace SocketConnector.Rendezvous.Tests.Relay;

/// <summary>What else is spoken on the relay's port.</summary>
public sealed class DialectTests
{
    private const string Token = "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef";

    private static readonly RelayOptions _transit = new() { AllowsTransit = true };

    [Theory]
    [InlineData("please relay " + Token + " for side 0123456789abcdef\n", "please relay " + Token + " for side fedcba9876543210\n")]
    [InlineData("please relay " + Token + "\n", "please relay " + Token + " for side fedcba9876543210\n")]
    [InlineData("please relay " + Token + "\n", "please relay " + Token + "\n")]
    public async Task B116_Two_clients_of_the_transit_line_are_told_ok_and_joined(string one, string other)
    {
        await using Rendezvous rendezvous = await Rendezvous.StartAsync(_transit);
        using TestPeer first = await TestPeer.ConnectAsync(rendezvous.EndPoint);
        await WriteByteByByteAsync(first, one);
        await Eventually.TrueAsync(() => rendezvous.Relay.GetStats().TransitWaiting == 1);
        using TestPeer second = await TestPeer.ConnectAsync(rendezvous.EndPoint);
        await second.WriteAsync(other);
        Assert.Equal("ok\n", await first.ReadTextAsync(3));
        Assert.Equal("ok\n", await second.ReadTextAsync(3));
        await first.WriteAsync("through");
        Assert.Equal("through", await second.ReadTextAsync(7));
        second.EndHalf();
        Assert.Empty(await first.ReadToEndAsync());
        Assert.Equal((0, 1), (rendezvous.Relay.GetStats().TransitWaiting, rendezvous.Relay.GetStats().Pairs));
    }

    [Fact]
    public async Task B116_One_side_twice_is_no_pair()
    {
        await using Rendezvous rendezvous = await Rendezvous.StartAsync(_transit);
        using TestPeer first = await TestPeer.ConnectAsync(rendezvous.EndPoint), again = await TestPeer.ConnectAsync(rendezvous.EndPoint);
        await first.WriteAsync($"please relay {Token} for side 0123456789abcdef\n");
        await again.WriteAsync($"please relay {Token} for side 0123456789abcdef\n");
        await Eventually.TrueAsync(() => rendezvous.Relay.GetStats().TransitWaiting == 2);
        Assert.Equal(0, rendezvous.Relay.GetStats().Pairs);
        first.Reset();
        await Eventually.TrueAsync(() => rendezvous.Relay.GetStats().TransitWaiting == 1);
    }

    [Theory]
    [InlineData("please relay 0123\n", "bad handshake\n")]
    [InlineData("please relay +123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef\n", "bad handshake\n")]
    [InlineData("please relay " + Token + " for side 0123\n", "bad handshake\n")]
    [InlineData("please relay " + Token + " for side 0123456789abcdef and a line that is too long", "bad handshake\n")]
    [InlineData("please relay " + Token + "\nearly", "impatient\n")]
    public async Task B116_What_is_no_such_line_or_comes_before_ok_is_told_so(string said, string answer)
    {
        await using Rendezvous rendezvous = await Rendezvous.StartAsync(_transit);
        using TestPeer client = await TestPeer.ConnectAsync(rendezvous.EndPoint);
        await client.WriteAsync(said);
        Assert.Equal(answer, await client.ReadTextToEndAsync());
    }

    [Fact]
    public async Task B116_Data_while_it_waits_is_impatient()
    {
        await using Rendezvous rendezvous = await Rendezvous.StartAsync(_transit);
        using TestPeer client = await TestPeer.ConnectAsync(rendezvous.EndPoint);
        await client.WriteAsync($"please relay {Token}\n");
        await Eventually.TrueAsync(() => rendezvous.Relay.GetStats().TransitWaiting == 1);
        await client.WriteAsync("x");
        Assert.Equal("impatient\n", await client.ReadTextToEndAsync());
    }

    [Fact]
    public async Task The_transit_line_is_not_spoken_unless_that_is_allowed()
    {
        await using Rendezvous rendezvous = await Rendezvous.StartAsync();
        (byte[] bytes, _) = await TestPeer.ConnectToWhateverEndAsync(rendezvous.EndPoint, $"please relay {Token}\n");
        Assert.Empty(bytes);
        await rendezvous.Log.FirstAsync("speaks none of what is spoken here");
    }

    [Theory]
    [InlineData("GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n", "HTTP/1.1 200 OK\r\n", "\r\n\r\nok\n")]
    [InlineData("GET / HTTP/1.0\r\n\r\n", "HTTP/1.1 404 Not Found\r\n", "\r\n\r\nnot found\n")]
    public async Task Its_health_is_told_by_HTTP(string request, string status, string end)
    {
        await using Rendezvous rendezvous = await Rendezvous.StartAsync();
        using TestPeer client = await TestPeer.ConnectAsync(rendezvous.EndPoint);
        await WriteByteByByteAsync(client, request);
        string answer = await client.ReadTextToEndAsync();
        Assert.StartsWith(status, answer, StringComparison.Ordinal);
        Assert.EndsWith(end, answer, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("")]
    [InlineData("SCR\u0001\u0000\r\n")]
    [InlineData("GE")]
    [InlineData("please relay 01")]
    public async Task A_client_that_stops_in_the_middle_is_turned_away_in_time(string said)
    {
        await using Rendezvous rendezvous = await Rendezvous.StartAsync(_transit with { JoinTimeout = TimeSpan.FromMilliseconds(200) });
        Assert.Empty((await TestPeer.ConnectToWhateverEndAsync(rendezvous.EndPoint, said)).Bytes);
    }

    [Fact]
    public void A_dialect_is_known_by_every_beginning_that_tells_it()
    {
        Assert.Equal(Dialect.Undecided, Dialects.Recognise([], hasTransit: true));
        Assert.Equal(Dialect.Undecided, Dialects.Recognise("SCR\u0001\0"u8, hasTransit: true));
        Assert.Equal(Dialect.Scr, Dialects.Recognise("SCR\u0001\0\r\n\0and more"u8, hasTransit: true));
        Assert.Equal(Dialect.Unknown, Dialects.Recognise("SCR\u0002"u8, hasTransit: true));
        Assert.Equal(Dialect.Http, Dialects.Recognise("GET /"u8, hasTransit: true));
        Assert.Equal(Dialect.Unknown, Dialects.Recognise("POST /"u8, hasTransit: true));
        Assert.Equal(Dialect.Transit, Dialects.Recognise("please relay "u8, hasTransit: true));
        Assert.Equal(Dialect.Unknown, Dialects.Recognise("p"u8, hasTransit: false));
        Assert.Equal(Dialect.Unknown, Dialects.Recognise([22, 3, 1], hasTransit: true));
    }

    private static async Task WriteByteByByteAsync(TestPeer client, string text)
    {
        foreach (byte one in Encoding.ASCII.GetBytes(text))
        {
            await client.WriteAsync(new[] { one });
        }
    }
}
