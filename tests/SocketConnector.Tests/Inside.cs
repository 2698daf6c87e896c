using System.Net.Sockets;
using System.Runtime.CompilerServices;
using SocketConnector.Admission;
using SocketConnector.Relaying;
using SocketConnector.Sockets;

namespace SocketConnector.Tests;

/// <summary>The sockets that a connector holds and shows to nobody.</summary>
internal static class Inside
{
    public static StreamSocket StreamOf(Connection connection, Side side) => (side == Side.A ? ref A(connection) : ref B(connection)).Socket;

    public static Socket SocketOf(Connection connection, Side side) => SocketOf(StreamOf(connection, side));

    /// <summary>The socket that a verifier talks over.</summary>
    public static Socket SocketOf(AuthContext context) => SocketOf(Authenticated((AuthenticationPipe)context.Transport).Socket);

    /// <summary>Whether it is closed, whichever kind it is.</summary>
    public static bool IsClosed(StreamSocket stream)
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
    public static bool LimitsSilence(Connection connection) => HalfClosed(connection) is not null;

    private static Socket SocketOf(StreamSocket stream) => stream is RuntimeSocket runtime
        ? Wrapped(runtime)
        : new Socket(new SafeSocketHandle(stream.Descriptor, ownsHandle: false));

    public static Socket ListenerOf(Connector connector, Side side)
    {
        Switchboard board = Board(connector);
        return Listening(Listener((side == Side.A ? board.SideA : board.SideB)!)!);
    }

    /// <summary>The sockets that wait for a partner.</summary>
    public static IEnumerable<PeerSocket> WaitingOf(Connector connector, Side side) => Queue(Room(Board(connector))).Snapshot(side).Select(pending => pending.Socket);

    [UnsafeAccessor(UnsafeAccessorKind.Field, Name = "_waiting")]
    private static extern ref WaitingRoom Room(Switchboard board);

    [UnsafeAccessor(UnsafeAccessorKind.Field, Name = "_pairing")]
    private static extern ref Pairing<PendingPeer> Queue(WaitingRoom room);

    [UnsafeAccessor(UnsafeAccessorKind.Field, Name = "_a")]
    private static extern ref PeerSocket A(Connection connection);

    [UnsafeAccessor(UnsafeAccessorKind.Field, Name = "_halfClosed")]
    private static extern ref HalfCloseTimer? HalfClosed(Connection connection);

    [UnsafeAccessor(UnsafeAccessorKind.Field, Name = "_b")]
    private static extern ref PeerSocket B(Connection connection);

    [UnsafeAccessor(UnsafeAccessorKind.Field, Name = "_peer")]
    private static extern ref PeerSocket Authenticated(AuthenticationPipe pipe);

    [UnsafeAccessor(UnsafeAccessorKind.Field, Name = "_board")]
    private static extern ref Switchboard Board(Connector connector);

    [UnsafeAccessor(UnsafeAccessorKind.Field, Name = "_listener")]
    private static extern ref Listener? Listener(SideSetup side);

    [UnsafeAccessor(UnsafeAccessorKind.Field, Name = "_listening")]
    private static extern ref Socket Listening(Listener listener);

    [UnsafeAccessor(UnsafeAccessorKind.Field, Name = "<socket>P")]
    private static extern ref Socket Wrapped(RuntimeSocket runtime);
}
