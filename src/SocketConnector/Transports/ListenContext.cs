using SocketConnector.Diagnostics;
using SocketConnector.Loops;

namespace SocketConnector.Transports;

/// <summary>What the listeners of one side share.</summary>
/// <param name="Side">The side.</param>
/// <param name="Options">Its options; each listener is given its own end point of them.</param>
/// <param name="Connector">The connector's options.</param>
/// <param name="Observer">Told of everything.</param>
internal sealed record ListenContext(Side Side, ListenOptions Options, ConnectorOptions Connector, Observer Observer)
{
    /// <summary>None where the runtime accepts.</summary>
    public LoopGroup? Loops { get; private init; }

    /// <summary>
    /// The loops that accept, from every listener. Where the order matters or places are limited it is one for all of them: the kernel
    /// tells it of its sockets in the order in which they became ready.
    /// </summary>
    public IReadOnlyList<EventLoop> Accepting { get; private init; } = [];

    /// <summary>The same on event loops, where there are any.</summary>
    /// <param name="loops">The loops; with none, the runtime accepts.</param>
    /// <param name="isOrdered">Whether it matters who came first.</param>
    public ListenContext On(LoopGroup? loops, bool isOrdered) =>
        loops is null ? this : this with { Loops = loops, Accepting = isOrdered || Options.AcceptLimit is not null ? [loops.Pick()] : [.. loops.All] };
}
