using System.Net;
using System.Net.Sockets;
using System.Text.Json;
using SocketConnector.TestKit;

namespace SocketConnector.Admin.Tests;

/// <summary>A running admin server with a client of it.</summary>
internal sealed class AdminHost : IAsyncDisposable
{
    public const string Token = "the-token-for-everything";
    public const string ReadOnlyToken = "the-token-to-look";

    private readonly DirectoryInfo? _folder;

    private AdminHost(AdminServer server, DirectoryInfo? folder, string? token)
    {
        (Server, _folder) = (server, folder);
        Client = NewClient(token);
    }

    public AdminServer Server { get; }

    public HttpClient Client { get; }

    public EndPoint EndPoint => Server.EndPoint;

    /// <summary>On a Unix socket in a folder of its own.</summary>
    public static async Task<AdminHost> OnUnixAsync(Func<AdminOptions, AdminOptions>? change = null)
    {
        DirectoryInfo folder = Directory.CreateTempSubdirectory("admin-");
        var options = new AdminOptions { EndPoint = new UnixDomainSocketEndPoint(Path.Join(folder.FullName, "admin.sock")) };
        return new AdminHost(await AdminServer.StartAsync(change?.Invoke(options) ?? options, TestContext.Current.CancellationToken), folder, null);
    }

    /// <summary>On the loopback, with both tokens; the client has the full one.</summary>
    public static async Task<AdminHost> OnTcpAsync(Func<AdminOptions, AdminOptions>? change = null)
    {
        var options = new AdminOptions { EndPoint = new IPEndPoint(IPAddress.Loopback, 0), Token = Token, ReadOnlyToken = ReadOnlyToken };
        return new AdminHost(await AdminServer.StartAsync(change?.Invoke(options) ?? options, TestContext.Current.CancellationToken), null, Token);
    }

    public HttpClient NewClient(string? token)
    {
        var handler = new SocketsHttpHandler { UseCookies = false, ConnectCallback = ConnectAsync };
        string host = EndPoint is IPEndPoint ip ? ip.ToString() : "localhost";
        var client = new HttpClient(handler) { BaseAddress = new Uri($"http://{host}/"), Timeout = Eventually.Deadline };
        if (token is not null)
        {
            client.DefaultRequestHeaders.Authorization = new("Bearer", token);
        }

        return client;
    }

    /// <summary>What a GET answers, which must be in order.</summary>
    public async Task<JsonElement> GetAsync(string path)
    {
        using HttpResponseMessage response = await Client.GetAsync(path, TestContext.Current.CancellationToken);
        string text = await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
        Assert.True(response.IsSuccessStatusCode, $"{path}: {(int)response.StatusCode} {text}");
        return JsonDocument.Parse(text).RootElement;
    }

    /// <summary>The status and the problem that a request is answered with.</summary>
    public async Task<(HttpStatusCode Status, JsonElement Body)> SendAsync(HttpMethod method, string path, Action<HttpRequestMessage>? change = null, HttpClient? client = null)
    {
        using var request = new HttpRequestMessage(method, path);
        change?.Invoke(request);
        using HttpResponseMessage response = await (client ?? Client).SendAsync(request, TestContext.Current.CancellationToken);
        string text = await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
        bool isJson = response.Content.Headers.ContentType?.MediaType?.EndsWith("json", StringComparison.Ordinal) == true;
        return (response.StatusCode, isJson && text.Length > 0 ? JsonDocument.Parse(text).RootElement : JsonSerializer.SerializeToElement(text));
    }

    public async ValueTask DisposeAsync()
    {
        Client.Dispose();
        await Server.DisposeAsync().AsTask().InTimeAsync(what: "the server's disposal");
        _folder?.Delete(recursive: true);
    }

    private async ValueTask<Stream> ConnectAsync(SocketsHttpConnectionContext context, CancellationToken cancellationToken)
    {
        var socket = new Socket(EndPoint.AddressFamily, SocketType.Stream, ProtocolType.Unspecified);
        await socket.ConnectAsync(EndPoint, cancellationToken);
        return new NetworkStream(socket, ownsSocket: true);
    }
}
