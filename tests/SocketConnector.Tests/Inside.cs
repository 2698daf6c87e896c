using System.Net.Sockets;
using System.Runtime.CompilerServices;
using SocketConnector.Admission;
using SocketConnector.Relaying;
using SocketConnector.Sockets;

namespace SocketConnector.Tests;

/// <summary>The sockets that a connector holds and shows to nobody.</summary>
internal static class Inside
{
    public static Socket SocketOf(Connection connection, Side side) => (side == Side.A ? ref A(connection) : ref B(connection)).Socket;

    /// <summary>The socket that a verifier talks over.</summary>
    public static Socket SocketOf(AuthContext context) => Authenticated((AuthenticationPipe)context.Transport).Socket;

    public static Socket ListenerOf(Connector connector, Side side)
    {
        Switchboard board = Board(connector);
        return Listening(Listener((side == Side.A ? board.SideA : board.SideB)!)!);
    }

    [UnsafeAccessor(UnsafeAccessorKind.Field, Name = "_a")]
    private static extern ref PeerSocket A(Connection connection);

    [UnsafeAccessor(UnsafeAccessorKind.Field, Name = "_b")]
    private static extern ref PeerSocket B(Connection connection);

    [UnsafeAccessor(UnsafeAccessorKind.Field, Name = "_peer")]
    private static extern ref PeerSocket Authenticated(AuthenticationPipe pipe);

    [UnsafeAccessor(UnsafeAccessorKind.Field, Name = "_board")]
    private static extern ref Switchboard Board(Connector connector);

    [UnsafeAccessor(UnsafeAccessorKind.Field, Name = "_listener")]
    private static extern ref Listener? Listener(SideSetup side);

    [UnsafeAccessor(UnsafeAccessorKind.Field, Name = "_socket")]
    private static extern ref Socket Listening(Listener listener);
}
