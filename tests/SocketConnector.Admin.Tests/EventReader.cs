using System.Text.Json;
using SocketConnector.TestKit;

namespace SocketConnector.Admin.Tests;

/// <summary>Reads server-sent events.</summary>
internal sealed class EventReader : IDisposable
{
    private readonly HttpResponseMessage _response;
    private readonly StreamReader _lines;

    private EventReader(HttpResponseMessage response, Stream stream) => (_response, _lines) = (response, new StreamReader(stream));

    public static async Task<EventReader> OpenAsync(AdminHost host, string path = "/v1/events")
    {
        HttpResponseMessage response = await host.Client.GetAsync(path, HttpCompletionOption.ResponseHeadersRead, TestContext.Current.CancellationToken);
        Assert.Equal("text/event-stream", response.Content.Headers.ContentType!.MediaType);
        return new EventReader(response, await response.Content.ReadAsStreamAsync(TestContext.Current.CancellationToken));
    }

    /// <summary>The next event, whatever it is.</summary>
    public async Task<(string Name, JsonElement Data)> NextAsync()
    {
        string? name = null;
        JsonElement data = default;
        while (true)
        {
            string line = await _lines.ReadLineAsync(TestContext.Current.CancellationToken).AsTask().InTimeAsync(what: "an event") ?? throw new EndOfStreamException("the events have ended");
            switch (line)
            {
                case "" when name is not null:
                    return (name, data);
                case ['e', 'v', 'e', 'n', 't', ':', ..]:
                    name = line["event: ".Length..];
                    break;
                case ['d', 'a', 't', 'a', ':', ..]:
                    data = JsonDocument.Parse(line["data: ".Length..]).RootElement;
                    break;
            }
        }
    }

    /// <summary>The next event of that name; others are passed over.</summary>
    public async Task<JsonElement> NextAsync(string wanted)
    {
        while (true)
        {
            (string name, JsonElement data) = await NextAsync();
            if (name == wanted)
            {
                return data;
            }
        }
    }

    public void Dispose()
    {
        _lines.Dispose();
        _response.Dispose();
    }
}
