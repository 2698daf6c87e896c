using System.Net;

namespace SocketConnector.Bench.Seeing;

/// <summary>A collector of OTLP over HTTP that swallows what it gets, and counts how often it came.</summary>
internal sealed class Collector : IAsyncDisposable
{
    private readonly HttpListener _listener = new();
    private readonly Task _serving;
    private int _exports;

    public Collector(int port)
    {
        Url = $"http://127.0.0.1:{port}";
        _listener.Prefixes.Add(Url + "/");
        _listener.Start();
        _serving = ServeAsync();
    }

    public string Url { get; }

    public int Exports => Volatile.Read(ref _exports);

    public async ValueTask DisposeAsync()
    {
        _listener.Close();
        await _serving;
    }

    private async Task ServeAsync()
    {
        while (_listener.IsListening)
        {
            try
            {
                HttpListenerContext export = await _listener.GetContextAsync();
                await export.Request.InputStream.CopyToAsync(Stream.Null);
                export.Response.Close();
                Interlocked.Increment(ref _exports);
            }
            catch (Exception error) when (error is HttpListenerException or ObjectDisposedException)
            {
                // A relay has ended in the middle of an export, or all is over.
            }
        }
    }
}
