using System.Net;
using SocketConnector.Capture;

namespace SocketConnector.Cli.Capturing;

/// <summary>What <c>--capture</c> asks for.</summary>
/// <param name="Path">The file, a pipe, or <c>-</c> for standard output.</param>
internal sealed record CapturePlan(string Path)
{
    /// <summary>In place of a file.</summary>
    public const string StandardOutput = "-";

    /// <summary>How much is kept, and in which files.</summary>
    public CaptureOptions Options { get; init; } = new();

    /// <summary>Only connections of which one peer has an address in these; all where there are none.</summary>
    public IReadOnlyList<IPNetwork> Networks { get; init; } = [];

    /// <summary>Only connections of which that peer has this port at one end.</summary>
    public int? Port { get; init; }

    /// <summary>Whether events have no place on standard output.</summary>
    public bool TakesOutput => Path == StandardOutput;

    /// <summary>Whether there are several files.</summary>
    public bool IsRing => Options.MaxFileSize is not null || Options.MaxFileTime is not null;

    /// <summary>Whether a connection is captured.</summary>
    public bool Wants(ConnectionFacts connection) => Wants(connection.PeerA) || Wants(connection.PeerB);

    private bool Wants(Peer peer) => (Networks.Count == 0 || IsInNetworks(peer)) && (Port is null || HasPort(peer));

    private bool IsInNetworks(Peer peer) =>
        peer.RemoteEndPoint is IPEndPoint { Address: var address } && Networks.Any(network => network.Contains(address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address));

    private bool HasPort(Peer peer) => peer.RemoteEndPoint is IPEndPoint remote && remote.Port == Port || peer.LocalEndPoint is IPEndPoint local && local.Port == Port;
}
