using SocketConnector.Loops;
using SocketConnector.Pacing;
using SocketConnector.Pumping;
using SocketConnector.Sockets;

namespace SocketConnector.Engine;

/// <summary>The one place where a pump is chosen: once for each connection, at join.</summary>
internal sealed class PumpSelection(ConnectorOptions options)
{
    private readonly CopyPump _copy = new(options.BufferSize);
    private readonly TransformPump _transform = new(options.BufferSize, options.TimeProvider);

    // One for the whole connector, made with the first connection that needs it.
    private readonly Lazy<Pacer> _pacer = new(() => new Pacer(options.TimeProvider, options.Bandwidth));

    public IPump Choose(PeerStream a, PeerStream b, JoinContext context)
    {
        bool isTransformed = context.TransformAToB is not null || context.TransformBToA is not null;
        Paces? paces = PacesOf(a, b);
        if (options.Engine != EngineChoice.Portable && !isTransformed && a.Stream is DescriptorSocket one && b.Stream is DescriptorSocket other)
        {
            EventLoop loop = one.Home.Load <= other.Home.Load ? one.Home : other.Home;
            return paces is null ? new LinuxPump(loop) : new PacedLinuxPump(loop, paces);
        }

        var pump = new PortablePump(_copy, _transform);
        return paces is null ? pump : new PacedPump(pump, paces);
    }

    private Paces? PacesOf(PeerStream a, PeerStream b) => (options.Bandwidth ?? a.Bandwidth ?? b.Bandwidth) is null
        ? null
        : new Paces(_pacer.Value.NewPace(a.Bandwidth), _pacer.Value.NewPace(b.Bandwidth));
}
