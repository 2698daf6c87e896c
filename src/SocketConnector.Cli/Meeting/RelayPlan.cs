using SocketConnector.Cli.Admin;
using SocketConnector.Cli.Capturing;
using SocketConnector.Cli.Running;
using SocketConnector.Rendezvous;

namespace SocketConnector.Cli.Meeting;

/// <summary>What the command line asks of a relay.</summary>
/// <param name="Listen">Where it listens.</param>
/// <param name="Relay">How ends meet.</param>
/// <param name="Options">How pairs are relayed.</param>
/// <param name="Drain">How long pairs may go on after a stop.</param>
/// <param name="Json">Whether events are told as JSON.</param>
internal sealed record RelayPlan(IReadOnlyList<ListenOptions> Listen, RelayOptions Relay, ConnectorOptions Options, TimeSpan Drain, bool Json)
{
    /// <summary>Of which events standard output tells.</summary>
    public EventScope Events { get; init; }

    /// <summary>What is captured, if anything is.</summary>
    public CapturePlan? Capture { get; init; }

    /// <summary>Where it can be asked while it runs, if anywhere.</summary>
    public AdminPlace? Admin { get; init; }

    /// <summary>Ports whose clients meet a session.</summary>
    public IReadOnlyList<Exposed> Exposed { get; init; } = [];

    /// <summary>What to warn of at the start.</summary>
    public IReadOnlyList<string> Warnings { get; init; } = [];
}
