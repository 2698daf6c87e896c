using System.Net.Sockets;
using Microsoft.AspNetCore.Builder;
using SocketConnector.TestKit;

namespace SocketConnector.Rendezvous.AspNetCore.Tests;

public sealed class StrangerTests
{
    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task B140_A_client_with_another_secret_meets_nobody()
    {
        int requests = 0;
        await using RelayedApp relayed = await RelayedApp.StartAsync(app => app.MapGet("/", () => Interlocked.Increment(ref requests)), relay: new RelayOptions { ConnectWait = TimeSpan.FromSeconds(1) });
        using HttpClient client = relayed.Client(SessionSecret.Generate());
        HttpRequestException error = await Assert.ThrowsAsync<HttpRequestException>(() => client.GetStringAsync(new Uri("/", UriKind.Relative), Cancelled));
        Assert.Contains("no end listens in this session", error.ToString(), StringComparison.Ordinal);
        Assert.Equal(0, requests);
    }

    [Fact]
    public async Task B140_A_stranger_that_knows_the_session_and_not_the_secret_never_reaches_the_application()
    {
        int requests = 0;
        await using RelayedApp relayed = await RelayedApp.StartAsync(app => app.MapGet("/", () => Interlocked.Increment(ref requests)));
        using TestPeer stranger = await TestPeer.ConnectAsync(relayed.Relays.EndPoint);
        byte[] name = System.Buffers.Text.Base64Url.DecodeFromChars(relayed.Secret.GetSessionName(EndToEndMode.Tls));

        // The opening, HELLO with version 1, JOIN to connect; then a request in place of a ClientHello.
        byte[] join = [.. Convert.FromHexString("53435201000D0A000006A20001018101"), .. Convert.FromHexString("0017A300020150"), .. name, 2, 2];
        await stranger.WriteAsync(join);
        await ReadPairedAsync(stranger);
        await stranger.WriteAsync("GET / HTTP/1.1\r\nHost: a\r\n\r\n"u8.ToArray());
        await relayed.Log.FirstAsync("a partner is not accepted");
        (_, SocketError? reset) = await stranger.ReadToWhateverEndAsync();
        Assert.Equal(SocketError.ConnectionReset, reset);
        Assert.Equal(0, requests);
    }

    /// <summary>Reads up to PAIRED, behind which the partner's bytes come.</summary>
    private static async Task ReadPairedAsync(TestPeer end)
    {
        byte[] paired = Convert.FromHexString("0003A10014");
        var seen = new List<byte>();
        while (!seen.TakeLast(paired.Length).SequenceEqual(paired))
        {
            seen.AddRange(await end.ReadAsync(1));
        }
    }
}
