using System.Globalization;
using System.Net.Http.Headers;
using System.Net.ServerSentEvents;
using System.Runtime.CompilerServices;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;

namespace SocketConnector.Cli.Admin;

/// <summary>Asks one admin channel.</summary>
/// <remarks>Every method throws <see cref="AdminFailure"/> where there is no answer, or not the one that was asked for.</remarks>
internal sealed class AdminClient : IDisposable
{
    private static readonly TimeSpan _patience = TimeSpan.FromSeconds(30);

    private readonly HttpClient _http;
    private readonly AdminPlace _place;
    private readonly TimeSpan _timeout;

    /// <param name="place">Where it is.</param>
    /// <param name="timeout">For an answer, or for the beginning of one that goes on; 30 s unless said otherwise.</param>
    public AdminClient(AdminPlace place, TimeSpan? timeout = null)
    {
        (_place, _timeout) = (place, timeout ?? _patience);
        _http = new HttpClient(AdminTransport.To(place.EndPoint)) { BaseAddress = AdminTransport.AddressOf(place.EndPoint), Timeout = Timeout.InfiniteTimeSpan };
        if (place.Token is { } token)
        {
            _http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", token);
        }
    }

    /// <summary>Where it is, as it is written on the command line.</summary>
    public string Place => _place.Text;

    public Task<ConnectorList> GetConnectorsAsync(CancellationToken cancellationToken) => GetAsync("v1/connectors", AdminJson.Default.ConnectorList, cancellationToken);

    public Task<ConnectionPage> GetConnectionsAsync(ConnectionQuery query, CancellationToken cancellationToken) => GetAsync(query.ToUri(), AdminJson.Default.ConnectionPage, cancellationToken);

    /// <summary>Everything that is known of one connection, as it comes.</summary>
    public Task<JsonElement> GetConnectionAsync(long id, CancellationToken cancellationToken) => OfConnectionAsync(id, GetAsync($"v1/connections/{id}", AdminJson.Default.JsonElement, cancellationToken));

    /// <summary>Ends a connection in order.</summary>
    public Task EndAsync(long id, CancellationToken cancellationToken) => OfConnectionAsync(id, PostAsync($"v1/connections/{id}/end", cancellationToken));

    /// <summary>Resets a connection.</summary>
    public Task AbortAsync(long id, CancellationToken cancellationToken) => OfConnectionAsync(id, PostAsync($"v1/connections/{id}/abort", cancellationToken));

    /// <param name="connector">Its id.</param>
    /// <param name="within">When what is left is reset; none where the program says so itself.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public Task DrainAsync(string connector, TimeSpan? within, CancellationToken cancellationToken) => PostAsync(
        string.Create(CultureInfo.InvariantCulture, $"v1/connectors/{Uri.EscapeDataString(connector)}/drain{(within is { TotalSeconds: var seconds } ? $"?within={seconds:0.###}" : "")}"), cancellationToken);

    /// <summary>The connectors and then what happens, until the channel ends.</summary>
    public async IAsyncEnumerable<AdminEvent> WatchAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        using HttpResponseMessage response = await SendAsync(HttpMethod.Get, "v1/events?connections=none", cancellationToken);
        Stream stream = await response.Content.ReadAsStreamAsync(cancellationToken);
        IAsyncEnumerator<SseItem<byte[]>> items = SseParser.Create(stream, static (_, data) => data.ToArray()).EnumerateAsync(cancellationToken).GetAsyncEnumerator(cancellationToken);
        await using (items)
        {
            while (await TryAsync(() => items.MoveNextAsync().AsTask()))
            {
                yield return new AdminEvent(items.Current.EventType, items.Current.Data);
            }
        }
    }

    /// <summary>Captures what flows.</summary>
    /// <param name="query">What of it, as the channel takes it.</param>
    /// <param name="open">Where to; asked for once the channel has agreed.</param>
    /// <param name="cancellationToken">Ends it.</param>
    public async Task CaptureAsync(string query, Func<Stream> open, CancellationToken cancellationToken)
    {
        using HttpResponseMessage response = await SendAsync(HttpMethod.Get, $"v1/capture{query}", cancellationToken);
        Stream from = await response.Content.ReadAsStreamAsync(cancellationToken);
        await using Stream to = open();
        var blocks = new CaptureBlocks();
        while (await TryAsync(() => from.ReadAsync(blocks.Room, cancellationToken).AsTask()) is > 0 and int count)
        {
            await to.WriteAsync(blocks.Take(count), CancellationToken.None);
            blocks.Forget();
        }
    }

    /// <exception cref="AdminFailure">It is not what was expected.</exception>
    public T Read<T>(ReadOnlyMemory<byte> json, JsonTypeInfo<T> type)
    {
        try
        {
            return JsonSerializer.Deserialize(json.Span, type) is { } value ? value : throw Unknown();
        }
        catch (JsonException error)
        {
            throw Unknown(error);
        }
    }

    public void Dispose() => _http.Dispose();

    private async Task<T> GetAsync<T>(string uri, JsonTypeInfo<T> type, CancellationToken cancellationToken)
    {
        using HttpResponseMessage response = await SendAsync(HttpMethod.Get, uri, cancellationToken);
        return Read(await TryAsync(() => response.Content.ReadAsByteArrayAsync(cancellationToken)), type);
    }

    /// <returns>Whether it was taken on; where not, it throws.</returns>
    private async Task<bool> PostAsync(string uri, CancellationToken cancellationToken)
    {
        using HttpResponseMessage response = await SendAsync(HttpMethod.Post, uri, cancellationToken);
        return true;
    }

    private static async Task<T> OfConnectionAsync<T>(long id, Task<T> answer)
    {
        try
        {
            return await answer;
        }
        catch (AdminFailure failure) when (failure.IsUnknown)
        {
            throw new AdminFailure($"there is no connection {id}, or it has ended; see socketconnector list", failure);
        }
    }

    /// <returns>The answer up to its body, if it is a good one.</returns>
    private async Task<HttpResponseMessage> SendAsync(HttpMethod method, string uri, CancellationToken cancellationToken)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        patience.CancelAfter(_timeout);
        HttpResponseMessage response;
        try
        {
            using var request = new HttpRequestMessage(method, uri);
            response = await TryAsync(() => _http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, patience.Token));
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            throw new AdminFailure($"no answer came from {Place} in {_timeout.TotalSeconds:0} s");
        }

        if (response.IsSuccessStatusCode)
        {
            return response;
        }

        using (response)
        {
            throw await AdminTransport.RefusedAsync(response, _place, cancellationToken);
        }
    }

    private async Task<T> TryAsync<T>(Func<Task<T>> ask)
    {
        try
        {
            return await ask();
        }
        catch (Exception error) when (error is HttpRequestException or IOException)
        {
            throw AdminTransport.Broken(error, _place);
        }
    }

    private AdminFailure Unknown(Exception? error = null) => new($"what answers at {Place} does not speak as the admin channel of this version does; use the program that it belongs to", error);
}
