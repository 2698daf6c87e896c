using System.Net.Sockets;
using System.Runtime.CompilerServices;
using SocketConnector.Admission;
using SocketConnector.Engine;
using SocketConnector.Joining;
using SocketConnector.Limits;
using SocketConnector.Matching;
using SocketConnector.Pacing;
using SocketConnector.Pumping;
using SocketConnector.Relaying;
using SocketConnector.Sockets;
using SocketConnector.Transports;

namespace SocketConnector.Tests;

/// <summary>The sockets that a connector holds and shows to nobody.</summary>
internal static class Inside
{
    public static ByteStream StreamOf(Connection connection, Side side) => (side == Side.A ? ref A(connection.Pair) : ref B(connection.Pair)).Stream;

    public static Socket SocketOf(Connection connection, Side side) => SocketOf(StreamOf(connection, side));

    /// <summary>The socket that a verifier talks over.</summary>
    public static Socket SocketOf(AuthContext context) => SocketOf(Authenticated((AuthenticationPipe)context.Transport).Stream);

    /// <summary>Whether it is closed, whichever kind it is.</summary>
    public static bool IsClosed(ByteStream stream)
    {
        try
        {
            stream.HasFailed();
            return false;
        }
        catch (ObjectDisposedException)
        {
            return true;
        }
    }

    /// <summary>Whether it ends by itself once it has been silent for too long.</summary>
    public static bool LimitsSilence(Connection connection) => Silence(connection.Pair) is not null;

    private static Socket SocketOf(ByteStream stream) => stream is RuntimeSocket runtime
        ? Wrapped(runtime)
        : new Socket(new SafeSocketHandle(stream.Descriptor, ownsHandle: false));

    public static Socket ListenerOf(Connector connector, Side side, int index = 0)
    {
        ConnectorLifetime lifetime = LifetimeOf(connector);
        return Listening(Listeners((side == Side.A ? lifetime.SideA : lifetime.SideB)!)[index]);
    }

    /// <summary>The sockets that wait for a partner.</summary>
    public static IEnumerable<PeerStream> WaitingOf(Connector connector, Side side) => Queue(PendingOf(LifetimeOf(connector))).Snapshot(side).Select(pending => pending.Stream);

    public static IEnumerable<PeerStream> WaitingOf(PeerListener listener, Side side) => Queue(PendingOf(LifetimeOf(listener))).Snapshot(side).Select(pending => pending.Stream);

    public static SideLimits LimitsOf(Connector connector, Side side) => (side == Side.A ? LifetimeOf(connector).SideA : LifetimeOf(connector).SideB)!.Limits!;

    /// <summary>Whether bytes for the side wait for room there.</summary>
    public static bool HoldsUp(Connection connection, Side side) => (side == Side.B ? AToB(connection.Pair) : BToA(connection.Pair)).IsBlocked;

    /// <summary>What moves the bytes.</summary>
    public static IPump PumpOf(Connection connection) => Pump(connection.Pair);

    /// <summary>Whether a direction waits for nothing but time.</summary>
    public static bool IsHeldBack(Connection connection)
    {
        Paces paces = PumpOf(connection) is PacedLinuxPump linux ? PacesOf(linux) : PacesOf((PacedPump)PumpOf(connection));
        return paces.AToB is { IsHeldBack: true } || paces.BToA is { IsHeldBack: true };
    }

    [UnsafeAccessor(UnsafeAccessorKind.Field, Name = "<paces>P")]
    private static extern ref Paces PacesOf(PacedLinuxPump pump);

    [UnsafeAccessor(UnsafeAccessorKind.Field, Name = "<paces>P")]
    private static extern ref Paces PacesOf(PacedPump pump);

    [UnsafeAccessor(UnsafeAccessorKind.Field, Name = "_pump")]
    private static extern ref IPump Pump(JoinedPair pair);

    [UnsafeAccessor(UnsafeAccessorKind.Field, Name = "_aToB")]
    private static extern ref FlowCounter AToB(JoinedPair pair);

    [UnsafeAccessor(UnsafeAccessorKind.Field, Name = "_bToA")]
    private static extern ref FlowCounter BToA(JoinedPair pair);

    [UnsafeAccessor(UnsafeAccessorKind.Field, Name = "_lifetime")]
    private static extern ref ConnectorLifetime LifetimeOf(PeerListener listener);

    [UnsafeAccessor(UnsafeAccessorKind.Field, Name = "_pending")]
    private static extern ref PendingQueue PendingOf(ConnectorLifetime lifetime);

    [UnsafeAccessor(UnsafeAccessorKind.Field, Name = "_pairing")]
    private static extern ref Pairing<PendingPeer> Queue(PendingQueue room);

    [UnsafeAccessor(UnsafeAccessorKind.Field, Name = "_a")]
    private static extern ref PeerStream A(JoinedPair pair);

    [UnsafeAccessor(UnsafeAccessorKind.Field, Name = "_silence")]
    private static extern ref SilenceLimit? Silence(JoinedPair pair);

    [UnsafeAccessor(UnsafeAccessorKind.Field, Name = "_b")]
    private static extern ref PeerStream B(JoinedPair pair);

    [UnsafeAccessor(UnsafeAccessorKind.Field, Name = "_peer")]
    private static extern ref PeerStream Authenticated(AuthenticationPipe pipe);

    [UnsafeAccessor(UnsafeAccessorKind.Field, Name = "_lifetime")]
    private static extern ref ConnectorLifetime LifetimeOf(Connector connector);

    [UnsafeAccessor(UnsafeAccessorKind.Field, Name = "_listeners")]
    private static extern ref Listener[] Listeners(SideSetup side);

    [UnsafeAccessor(UnsafeAccessorKind.Field, Name = "_listening")]
    private static extern ref Socket Listening(Listener listener);

    [UnsafeAccessor(UnsafeAccessorKind.Field, Name = "_socket")]
    private static extern ref Socket Wrapped(RuntimeSocket runtime);
}
