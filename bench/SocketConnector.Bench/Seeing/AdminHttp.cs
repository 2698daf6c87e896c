using System.Globalization;
using System.Net.Sockets;
using System.Text.Json;

namespace SocketConnector.Bench.Seeing;

/// <summary>Asks an admin channel, as programs do.</summary>
internal sealed class AdminHttp : IDisposable
{
    /// <summary>The most that a channel gives at once.</summary>
    public const int MaxPage = 1_000;

    private readonly HttpClient _client;

    public AdminHttp(string socket) => _client = new HttpClient(new SocketsHttpHandler { UseProxy = false, ConnectCallback = async (_, stop) => await ConnectAsync(socket, stop) })
    {
        BaseAddress = new Uri("http://localhost"),
        Timeout = TimeSpan.FromSeconds(10),
    };

    public Task<byte[]> MetricsAsync() => GetAsync("metrics");

    public Task<byte[]> ConnectionsAsync(int offset) => GetAsync(string.Create(CultureInfo.InvariantCulture, $"v1/connections?offset={offset}&limit={MaxPage}"));

    /// <summary>The number of the one connection that there is.</summary>
    public async Task<long> OnlyConnectionAsync()
    {
        using var page = JsonDocument.Parse(await ConnectionsAsync(0));
        JsonElement connections = page.RootElement.GetProperty("connections");
        return connections.GetArrayLength() == 1
            ? connections[0].GetProperty("id").GetInt64()
            : throw new InvalidOperationException($"there should be one connection, and there are {connections.GetArrayLength()}");
    }

    public void Dispose() => _client.Dispose();

    private async Task<byte[]> GetAsync(string uri)
    {
        try
        {
            return await _client.GetByteArrayAsync(uri);
        }
        catch (Exception error) when (error is HttpRequestException or TaskCanceledException)
        {
            throw new InvalidOperationException($"GET /{uri}: {error.Message}", error);
        }
    }

    private static async ValueTask<Stream> ConnectAsync(string socket, CancellationToken cancellationToken)
    {
        var unix = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        await unix.ConnectAsync(new UnixDomainSocketEndPoint(socket), cancellationToken);
        return new NetworkStream(unix, ownsSocket: true);
    }
}
