using System.Net;
using System.Net.Security;
using System.Net.WebSockets;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using SocketConnector.TestKit;

namespace SocketConnector.Rendezvous.AspNetCore.Tests;

public sealed class RequestTests
{
    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task B140_A_request_reaches_the_application_through_the_relay_and_by_its_port()
    {
        await using RelayedApp relayed = await RelayedApp.StartAsync(static app => app.MapGet("/", (HttpContext context) => $"hello from {context.Connection.Id[..4]}"));
        using HttpClient client = relayed.Client();
        Assert.Equal("hello from via-", await client.GetStringAsync(new Uri("/", UriKind.Relative), Cancelled));

        using var direct = new HttpClient();
        Assert.DoesNotContain("via-", await direct.GetStringAsync(relayed.PortUrl, Cancelled), StringComparison.Ordinal);
        Assert.Contains(relayed.App.Urls, url => url == $"http://via:{relayed.Relays.EndPoint}");
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task B140_A_request_comes_from_the_client_where_the_relay_tells_it_and_from_the_relay_otherwise(bool isTold)
    {
        await using RelayedApp relayed = await RelayedApp.StartAsync(
            static app => app.MapGet("/", static (HttpContext context) => $"{context.Connection.RemoteIpAddress}:{context.Connection.RemotePort}"),
            relay: new RelayOptions { TellsAddresses = isTold });
        DuplexStream connection = await relayed.Session().ConnectAsync(Cancelled).AsTask().InTimeAsync(what: "the connection");
        using var handler = new SocketsHttpHandler { ConnectCallback = (_, _) => new ValueTask<Stream>(connection.Stream) };
        using var client = new HttpClient(handler) { Timeout = Eventually.Deadline };
        string origin = await client.GetStringAsync(new Uri("http://behind.nat/"), Cancelled);
        Assert.Equal($"{(isTold ? connection.LocalEndPoint : relayed.Relays.EndPoint)}", origin);
        Assert.Equal(isTold, !relayed.Relays.EndPoint.Equals(RendezvousEndPoint.OriginOf(connection)));
    }

    [Fact]
    public async Task B140_Many_clients_at_once_each_have_a_connection_of_their_own()
    {
        const int Count = 48;
        var all = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        int here = 0;
        await using RelayedApp relayed = await RelayedApp.StartAsync(app => app.MapGet("/{n}", async (int n) =>
        {
            if (Interlocked.Increment(ref here) == Count)
            {
                all.SetResult();
            }

            await all.Task.InTimeAsync(what: "all clients at once");
            return $"{n}";
        }));
        using HttpClient client = relayed.Client();
        string[] answers = await Task.WhenAll(Enumerable.Range(0, Count).Select(n => client.GetStringAsync(new Uri($"/{n}", UriKind.Relative), Cancelled)));
        Assert.Equal(Enumerable.Range(0, Count).Select(n => $"{n}"), answers);
    }

    [Fact]
    public async Task B140_Large_bodies_arrive_whole_both_ways()
    {
        byte[] question = new byte[32 * 1024 * 1024], answer = new byte[32 * 1024 * 1024];
        var random = new Random(140);
        random.NextBytes(question);
        random.NextBytes(answer);
        byte[] arrived = [];
        await using RelayedApp relayed = await RelayedApp.StartAsync(app => app.MapPost("/", async (HttpContext context) =>
        {
            arrived = await SHA256.HashDataAsync(context.Request.Body, context.RequestAborted);
            await context.Response.Body.WriteAsync(answer, context.RequestAborted);
        }));
        using HttpClient client = relayed.Client();
        using var content = new ByteArrayContent(question);
        using HttpResponseMessage response = await client.PostAsync(new Uri("/", UriKind.Relative), content, Cancelled);
        Assert.Equal(SHA256.HashData(question), arrived);
        Assert.Equal(SHA256.HashData(answer), SHA256.HashData(await response.Content.ReadAsByteArrayAsync(Cancelled)));
    }

    [Fact]
    public async Task B140_A_web_socket_carries_messages_both_ways()
    {
        await using RelayedApp relayed = await RelayedApp.StartAsync(static app =>
        {
            app.UseWebSockets();
            app.Map("/", static async (HttpContext context) =>
            {
                using WebSocket socket = await context.WebSockets.AcceptWebSocketAsync();
                byte[] room = new byte[1024];
                while (await socket.ReceiveAsync(room, context.RequestAborted) is { MessageType: not WebSocketMessageType.Close } message)
                {
                    await socket.SendAsync(room.AsMemory(0, message.Count), message.MessageType, message.EndOfMessage, context.RequestAborted);
                }

                await socket.CloseAsync(WebSocketCloseStatus.NormalClosure, "done", context.RequestAborted);
            });
        });
        using var invoker = new HttpMessageInvoker(relayed.Handler());
        using var client = new ClientWebSocket();
        await client.ConnectAsync(new Uri("ws://behind.nat/"), invoker, Cancelled).InTimeAsync(what: "the upgrade");
        byte[] room = new byte[64];
        foreach (string text in (string[])["one", "two", "three"])
        {
            await client.SendAsync(Encoding.UTF8.GetBytes(text), WebSocketMessageType.Text, endOfMessage: true, Cancelled);
            WebSocketReceiveResult echo = await client.ReceiveAsync(room, Cancelled).InTimeAsync(what: $"the echo of {text}");
            Assert.Equal(text, Encoding.UTF8.GetString(room, 0, echo.Count));
        }

        await client.CloseAsync(WebSocketCloseStatus.NormalClosure, null, Cancelled).InTimeAsync(what: "the close");
        Assert.Equal("done", client.CloseStatusDescription);
    }

    [Theory]
    [InlineData("1.1")]
    [InlineData("2.0")]
    public async Task B140_Https_works_inside_the_session_as_on_a_port(string version)
    {
        using var authority = new TestAuthority();
        using X509Certificate2 issued = authority.Issue("behind.nat");
        using X509Certificate2 certificate = X509CertificateLoader.LoadPkcs12(issued.Export(X509ContentType.Pkcs12), null);
        await using RelayedApp relayed = await RelayedApp.StartAsync(static app => app.MapGet("/", (HttpContext context) => context.Request.Protocol), listen => listen.UseHttps(certificate));
        SocketsHttpHandler handler = relayed.Handler();
        handler.SslOptions = new SslClientAuthenticationOptions { CertificateChainPolicy = authority.Trust };
        using var client = new HttpClient(handler) { Timeout = Eventually.Deadline, DefaultRequestVersion = Version.Parse(version), DefaultVersionPolicy = HttpVersionPolicy.RequestVersionExact };
        string protocol = await client.GetStringAsync(new Uri("https://behind.nat/"), Cancelled);
        Assert.Equal(version == "2.0" ? "HTTP/2" : "HTTP/1.1", protocol);
    }

    [Fact]
    public async Task B140_A_client_that_comes_while_the_relay_is_away_is_served_once_it_is_back()
    {
        await using RelayedApp relayed = await RelayedApp.StartAsync(static app => app.MapGet("/", static () => "here"));
        await relayed.Relays.WaitingAsync(waiting => waiting == 2);
        await relayed.Relays.RestartAsync();
        using HttpClient client = relayed.Client();
        Assert.Equal("here", await client.GetStringAsync(new Uri("/", UriKind.Relative), Cancelled));
    }

    [Fact]
    public async Task B140_An_application_whose_relay_is_not_there_does_not_start_and_says_why()
    {
        var where = new IPEndPoint(IPAddress.Loopback, TestServer.RefusingPort());
        WebApplicationBuilder builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.UseRendezvous().ConfigureKestrel(kestrel => kestrel.Listen(new RendezvousEndPoint(new ConnectOptions(where), SessionSecret.Generate())));
        await using WebApplication app = builder.Build();
        Exception? error = await Record.ExceptionAsync(() => app.StartAsync(Cancelled).InTimeAsync(what: "the failure to start"));
        Assert.Contains($"{where}", Assert.IsType<System.Net.Sockets.SocketException>(error, exactMatch: false).Message, StringComparison.Ordinal);
    }
}
