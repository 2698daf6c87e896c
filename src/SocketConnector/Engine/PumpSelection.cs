using SocketConnector.Pumping;
using SocketConnector.Sockets;

namespace SocketConnector.Engine;

/// <summary>The one place where a pump is chosen: once for each connection, at join.</summary>
internal sealed class PumpSelection(ConnectorOptions options)
{
    private readonly CopyPump _copy = new(options.BufferSize);
    private readonly TransformPump _transform = new(options.BufferSize, options.TimeProvider);

    public IPump Choose(PeerStream a, PeerStream b, JoinContext context)
    {
        bool isSeen = options.LogTraffic || context.TransformAToB is not null || context.TransformBToA is not null;
        return !isSeen && a.Stream is DescriptorSocket one && b.Stream is DescriptorSocket other
            ? new LinuxPump(one.Home.Load <= other.Home.Load ? one.Home : other.Home)
            : new PortablePump(_copy, _transform);
    }
}
