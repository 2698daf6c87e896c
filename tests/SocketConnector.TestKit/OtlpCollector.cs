using System.Collections.Concurrent;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace SocketConnector.TestKit;

/// <summary>An OTLP collector over HTTP with protobuf (opentelemetry-proto), which keeps the names of what it gets.</summary>
public sealed class OtlpCollector : IAsyncDisposable
{
    private static readonly byte[] _answer = "HTTP/1.1 200 OK\r\nContent-Type: application/x-protobuf\r\nContent-Length: 0\r\n\r\n"u8.ToArray();

    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _disposed = new();
    private readonly ConcurrentBag<Task> _serving = [];
    private readonly Task _accepting;

    public OtlpCollector()
    {
        _listener.Start();
        _accepting = AcceptAsync();
    }

    public Uri Address => new($"http://{_listener.LocalEndpoint}");

    /// <summary>The names of metrics, as often as they came.</summary>
    public ConcurrentQueue<string> Metrics { get; } = [];

    /// <summary>The names of spans.</summary>
    public ConcurrentQueue<string> Spans { get; } = [];

    /// <summary>Of the resource, as <c>key=value</c>.</summary>
    public ConcurrentQueue<string> Resource { get; } = [];

    public async ValueTask DisposeAsync()
    {
        await _disposed.CancelAsync();
        _listener.Stop();
        await _accepting.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        await Task.WhenAll(_serving).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        _disposed.Dispose();
    }

    private async Task AcceptAsync()
    {
        while (!_disposed.IsCancellationRequested)
        {
            TcpClient client = await _listener.AcceptTcpClientAsync(_disposed.Token);
            _serving.Add(ServeAsync(client));
        }
    }

    private async Task ServeAsync(TcpClient client)
    {
        using (client)
        {
            NetworkStream stream = client.GetStream();
            while (await ReadHeadAsync(stream) is { } head)
            {
                byte[] body = new byte[Length(head)];
                await stream.ReadExactlyAsync(body, _disposed.Token);
                Take(head.Split(' ')[1], body);
                await stream.WriteAsync(_answer, _disposed.Token);
            }
        }
    }

    private async Task<string?> ReadHeadAsync(NetworkStream stream)
    {
        var head = new StringBuilder();
        byte[] one = new byte[1];
        while (!head.ToString().EndsWith("\r\n\r\n", StringComparison.Ordinal))
        {
            if (await stream.ReadAsync(one, _disposed.Token) == 0)
            {
                return null;
            }

            head.Append((char)one[0]);
        }

        return head.ToString();
    }

    private static int Length(string head) => int.Parse(
        head.Split("\r\n").First(line => line.StartsWith("Content-Length:", StringComparison.OrdinalIgnoreCase)).Split(':')[1], CultureInfo.InvariantCulture);

    // Each request is a list of resources, each a list of scopes, each a list of metrics or spans.
    private void Take(string path, byte[] body)
    {
        foreach (ReadOnlyMemory<byte> resource in Fields(body, 1))
        {
            foreach (ReadOnlyMemory<byte> attribute in Fields(resource, 1).SelectMany(attributes => Fields(attributes, 1)))
            {
                Resource.Enqueue($"{Text(attribute, 1)}={Fields(attribute, 2).Select(value => Text(value, 1)).FirstOrDefault()}");
            }

            foreach (ReadOnlyMemory<byte> one in Fields(resource, 2).SelectMany(scope => Fields(scope, 2)))
            {
                if (path == "/v1/traces")
                {
                    Spans.Enqueue(Text(one, 5));
                }
                else
                {
                    Metrics.Enqueue(Text(one, 1));
                }
            }
        }
    }

    private static string Text(ReadOnlyMemory<byte> message, int number) => Fields(message, number).Select(field => Encoding.UTF8.GetString(field.Span)).FirstOrDefault("");

    /// <summary>The fields of a message that have a length.</summary>
    private static List<ReadOnlyMemory<byte>> Fields(ReadOnlyMemory<byte> message, int number)
    {
        var fields = new List<ReadOnlyMemory<byte>>();
        for (int at = 0; at < message.Length;)
        {
            ulong key = Number(message.Span, ref at);
            switch (key & 7)
            {
                case 0:
                    Number(message.Span, ref at);
                    break;
                case 1:
                    at += 8;
                    break;
                case 2:
                    int length = (int)Number(message.Span, ref at);
                    if ((int)(key >> 3) == number)
                    {
                        fields.Add(message.Slice(at, length));
                    }

                    at += length;
                    break;
                default:
                    at += 4;
                    break;
            }
        }

        return fields;
    }

    private static ulong Number(ReadOnlySpan<byte> message, ref int at)
    {
        ulong number = 0;
        for (int shift = 0; ; shift += 7)
        {
            byte next = message[at++];
            number |= (ulong)(next & 0x7f) << shift;
            if (next < 0x80)
            {
                return number;
            }
        }
    }
}
