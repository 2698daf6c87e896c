using System.Net;
using System.Net.Sockets;
using SocketConnector.Cli.Events;

namespace SocketConnector.Cli.Admin;

/// <summary>Where an admin channel is, or is to be.</summary>
/// <param name="EndPoint">A Unix socket, or a port of the loopback.</param>
internal sealed record AdminPlace(EndPoint EndPoint)
{
    /// <summary>What lets in by TCP.</summary>
    public string? Token { get; init; }

    /// <summary>What lets in by TCP to look, and to change nothing.</summary>
    public string? ReadOnlyToken { get; init; }

    /// <summary>The folder of the Unix socket, where this program makes it if it is not there.</summary>
    public string? OwnFolder { get; init; }

    /// <summary>As it is written on the command line, without what is secret.</summary>
    public string Text => EndPointName.Of(EndPoint);

    public static AdminPlace Unix(string path) => new(new UnixDomainSocketEndPoint(path));

    // No word of the tokens, whatever prints it.
    public override string ToString() => Text;
}
