using System.Net;
using System.Net.Http.Json;
using System.Net.Sockets;
using System.Text.Json;

namespace SocketConnector.Cli.Admin;

/// <summary>How the client reaches its channel, and what it says where that fails.</summary>
internal static class AdminTransport
{
    private static readonly TimeSpan _connectTimeout = TimeSpan.FromSeconds(5);

    /// <summary>Straight to the end point: no proxy of the environment, no redirection, no cookie.</summary>
    public static SocketsHttpHandler To(EndPoint endPoint) => new()
    {
        UseProxy = false,
        AllowAutoRedirect = false,
        UseCookies = false,
        ConnectTimeout = _connectTimeout,
        ConnectCallback = async (_, cancellationToken) =>
        {
            var socket = endPoint is UnixDomainSocketEndPoint
                ? new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified)
                : new Socket(endPoint.AddressFamily, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
            try
            {
                await socket.ConnectAsync(endPoint, cancellationToken);
                return new NetworkStream(socket, ownsSocket: true);
            }
            catch
            {
                socket.Dispose();
                throw;
            }
        },
    };

    /// <summary>The host that the channel expects to be called by.</summary>
    public static Uri AddressOf(EndPoint endPoint) => new(endPoint is IPEndPoint ip ? $"http://{ip}/" : "http://localhost/");

    /// <summary>The answer says why in a line for people, if it is one of an admin channel.</summary>
    public static async Task<AdminFailure> RefusedAsync(HttpResponseMessage response, AdminPlace place, CancellationToken cancellationToken)
    {
        try
        {
            ProblemDetails? problem = await response.Content.ReadFromJsonAsync(AdminJson.Default.ProblemDetails, cancellationToken);
            return new AdminFailure((problem?.Detail ?? problem?.Title) is { Length: > 0 } detail ? detail.TrimEnd('.') : Status()) { IsUnknown = problem is not null && response.StatusCode == HttpStatusCode.NotFound };
        }
        catch (Exception error) when (error is JsonException or InvalidOperationException or HttpRequestException or IOException)
        {
            return new AdminFailure(Status(), error);
        }

        string Status() => $"{place.Text} answers {(int)response.StatusCode} {response.ReasonPhrase}; is it the admin channel of a connector?";
    }

    public static AdminFailure Broken(Exception error, AdminPlace place) => new(
        Socket(error)?.SocketErrorCode switch
        {
            SocketError.ConnectionRefused or SocketError.AddressNotAvailable => $"no connector listens at {place.Text}; start one with --admin {place.Text}, or correct the path or port",
            SocketError.AccessDenied => $"this user may not open {place.Text}; run this as the user that the connector runs as",
            { } => $"cannot reach {place.Text}: {Socket(error)!.Message}",
            null => $"{place.Text} ended the answer early; the connector may have stopped",
        },
        error)
    {
        IsEnd = Socket(error) is null or { SocketErrorCode: SocketError.ConnectionReset },
    };

    private static SocketException? Socket(Exception? error) => error is null or SocketException ? (SocketException?)error : Socket(error.InnerException);
}
