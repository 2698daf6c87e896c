using System.Globalization;
using System.Text;

namespace SocketConnector.Rendezvous.Relay;

/// <summary>Answers HTTP: <c>GET /healthz</c>, and nothing else.</summary>
internal static class HealthAnswer
{
    private static ReadOnlySpan<byte> HeadEnd => "\r\n\r\n"u8;

    private static ReadOnlySpan<byte> Path => "GET /healthz "u8;

    /// <param name="peer">The client, which is closed when this ends.</param>
    /// <param name="head">What was read of it, and room for the rest of its request.</param>
    /// <param name="held">How much was read.</param>
    /// <param name="isDraining">Whether the relay stops.</param>
    /// <param name="deadline">For its request.</param>
    public static async Task GiveAsync(Peer peer, Memory<byte> head, int held, bool isDraining, CancellationToken deadline)
    {
        Stream stream = peer.GetStream();
        while (head.Span[..held].IndexOf(HeadEnd) < 0 && held < head.Length)
        {
            int count = await stream.ReadAsync(head[held..], deadline).ConfigureAwait(false);
            if (count == 0)
            {
                break;
            }

            held += count;
        }

        (string status, string body) = !head.Span[..held].StartsWith(Path) ? ("404 Not Found", "not found\n")
            : isDraining ? ("503 Service Unavailable", "draining\n")
            : ("200 OK", "ok\n");
        string answer = string.Create(
            CultureInfo.InvariantCulture,
            $"HTTP/1.1 {status}\r\nContent-Type: text/plain\r\nContent-Length: {body.Length}\r\nCache-Control: no-store\r\nConnection: close\r\n\r\n{body}");
        await stream.WriteAsync(Encoding.ASCII.GetBytes(answer), deadline).ConfigureAwait(false);
        await peer.CloseAsync("it asked for the relay's health").ConfigureAwait(false);
    }
}
