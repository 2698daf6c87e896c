using SocketConnector.Engine;
using SocketConnector.Loops;
using SocketConnector.Pumping;
using SocketConnector.Sockets;

namespace SocketConnector.Relaying;

/// <summary>The one place where a pump is chosen: once for each connection, at join.</summary>
internal sealed class PumpSelection(int bufferSize, TimeProvider time, LoopGroup? loops)
{
    private readonly CopyPump _copy = new(bufferSize);
    private readonly TransformPump _transform = new(bufferSize, time);

    public IPump Choose(PeerSocket a, PeerSocket b, bool isSeen) =>
        loops is not null && !isSeen && a.Socket is DescriptorSocket one && b.Socket is DescriptorSocket other
            ? new LinuxPump(one.Loop ?? other.Loop ?? loops.Pick())
            : new PortablePump(_copy, _transform);
}
