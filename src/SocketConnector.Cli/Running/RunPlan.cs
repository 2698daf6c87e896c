using System.Net;
using SocketConnector.Cli.Admin;
using SocketConnector.Cli.Capturing;

namespace SocketConnector.Cli.Running;

/// <summary>What the command line asks for.</summary>
/// <param name="Start">Starts the connector in its mode.</param>
/// <param name="Options">What concerns the connector as a whole.</param>
/// <param name="Drain">How long connections may go on after a stop.</param>
/// <param name="Json">Whether events are told as JSON.</param>
internal sealed record RunPlan(
    Func<ConnectorOptions, CancellationToken, Task<Connector>> Start,
    ConnectorOptions Options,
    TimeSpan Drain,
    bool Json)
{
    /// <summary>The side that standard input and output are, if one is. They carry no events then, and the exit code tells how their stream has ended.</summary>
    public Side? StdioSide { get; init; }

    /// <summary>Of which events standard output tells.</summary>
    public EventScope Events { get; init; }

    /// <summary>What is captured, if anything is.</summary>
    public CapturePlan? Capture { get; init; }

    /// <summary>Where it can be asked while it runs, if anywhere.</summary>
    public AdminPlace? Admin { get; init; }

    /// <summary>Whether it is told where the connector listens.</summary>
    public bool TellsListening { get; init; } = true;

    /// <summary>What to warn of at the start.</summary>
    public IReadOnlyList<string> Warnings { get; init; } = [];

    /// <summary>What is connected to only when a peer comes; a wrong name there would not show at the start.</summary>
    public IReadOnlyList<EndPoint> Targets { get; init; } = [];
}
