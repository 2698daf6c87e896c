using System.Collections.Concurrent;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;
using SocketConnector.TestKit;

namespace SocketConnector.Cli.Tests.Admin;

/// <summary>Answers as an admin channel would, also with what none should answer. One request to a connection.</summary>
internal sealed class FakeAdmin : IAsyncDisposable
{
    private const string Json = "application/json";

    private readonly CancellationTokenSource _stopping = new();
    private readonly ConcurrentDictionary<string, Func<string, string>> _answers = new(StringComparer.Ordinal);
    private readonly ConcurrentQueue<string> _requests = new();
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("admin-");
    private readonly Socket _listener;
    private readonly Task _serving;

    private FakeAdmin(EndPoint? endPoint)
    {
        _listener = endPoint is null ? new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified) : new Socket(endPoint.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
        _listener.Bind(endPoint ?? new UnixDomainSocketEndPoint(Path.Combine(_folder.FullName, "a.sock")));
        _listener.Listen();
        _serving = ServeAsync();
    }

    /// <summary>As it is written behind <c>--admin</c>.</summary>
    public string Place => _listener.LocalEndPoint is IPEndPoint ip ? ip.ToString() : $"unix:{_listener.LocalEndPoint}";

    /// <summary>The requests, each from its first line to its empty one.</summary>
    public IReadOnlyCollection<string> Requests => _requests;

    /// <summary>The first lines of the requests, without the version.</summary>
    public IEnumerable<string> Asked => _requests.Select(static request => request[..request.IndexOf(" HTTP/", StringComparison.Ordinal)]);

    public static FakeAdmin OnUnixSocket() => new(null);

    public static FakeAdmin OnLoopback() => new(new IPEndPoint(IPAddress.Loopback, 0));

    /// <param name="request">Its method and path, with or without the query.</param>
    /// <param name="body">What is answered.</param>
    /// <param name="status">And with which status.</param>
    /// <param name="type">And of which kind.</param>
    public FakeAdmin Answer(string request, string body, int status = 200, string type = Json) => Answer(request, _ => body, status, type);

    /// <summary>The same, and then the connection is cut: more was promised.</summary>
    public FakeAdmin AnswerInPart(string request, string body, string type)
    {
        _answers[request] = _ => string.Create(CultureInfo.InvariantCulture, $"HTTP/1.1 200 Told\r\nContent-Type: {type}\r\nContent-Length: {Encoding.UTF8.GetByteCount(body) + 1}\r\nConnection: close\r\n\r\n{body}");
        return this;
    }

    /// <summary>The same where the answer depends on the query, which is what <paramref name="body"/> gets.</summary>
    public FakeAdmin Answer(string request, Func<string, string> body, int status = 200, string type = Json)
    {
        _answers[request] = query =>
        {
            string text = body(query);
            return string.Create(CultureInfo.InvariantCulture, $"HTTP/1.1 {status} Told\r\nContent-Type: {type}\r\nContent-Length: {Encoding.UTF8.GetByteCount(text)}\r\nConnection: close\r\n\r\n{text}");
        };
        return this;
    }

    public FakeAdmin Refuse(string request, int status, string detail) =>
        Answer(request, $$"""{"title":"Refused","status":{{status}},"detail":"{{detail}}"}""", status, "application/problem+json");

    public async ValueTask DisposeAsync()
    {
        await _stopping.CancelAsync();
        _listener.Dispose();
        await _serving.InTimeAsync();
        _stopping.Dispose();
        _folder.Delete(recursive: true);
    }

    private async Task ServeAsync()
    {
        try
        {
            while (true)
            {
                using Socket socket = await _listener.AcceptAsync(_stopping.Token);
                await AnswerAsync(new NetworkStream(socket));
            }
        }
        catch (OperationCanceledException)
        {
            // The end of the test.
        }
    }

    private async Task AnswerAsync(NetworkStream stream)
    {
        string request = await ReadRequestAsync(stream);
        if (request.Length == 0)
        {
            return;
        }

        _requests.Enqueue(request);
        string asked = request[..request.IndexOf(" HTTP/", StringComparison.Ordinal)];
        string[] parts = asked.Split('?');
        string answer = (_answers.GetValueOrDefault(asked) ?? _answers.GetValueOrDefault(parts[0]))?.Invoke(parts[^1]) ?? "HTTP/1.1 500 Unexpected\r\nContent-Length: 0\r\nConnection: close\r\n\r\n";
        try
        {
            await stream.WriteAsync(Encoding.UTF8.GetBytes(answer), _stopping.Token);
        }
        catch (IOException)
        {
            // The client has gone.
        }
    }

    private async Task<string> ReadRequestAsync(NetworkStream stream)
    {
        var request = new StringBuilder();
        byte[] one = new byte[1];
        while (!request.ToString().EndsWith("\r\n\r\n", StringComparison.Ordinal))
        {
            if (await stream.ReadAsync(one, _stopping.Token) == 0)
            {
                return "";
            }

            request.Append((char)one[0]);
        }

        return request.ToString();
    }
}
