using System.Net.Sockets;
using SocketConnector.Loops;
using SocketConnector.Sockets;

namespace SocketConnector.Tests.Engine;

/// <summary>One event loop for the tests of its parts, whichever engine the process relays with. Lives as long as the process.</summary>
internal static class LoopFixture
{
    private const int DuplicateCloseOnExec = 1030;
    private static readonly Lazy<EventLoop> _loop = new(static () => new EventLoop(90));

    public static EventLoop Loop => _loop.Value;

    /// <summary>A second descriptor of a TCP socket, to be relayed on a loop. The test keeps and closes its own.</summary>
    public static DescriptorSocket Duplicate(Socket socket, EventLoop loop)
    {
        int descriptor = Kernel.Control((int)socket.Handle, DuplicateCloseOnExec, 0);
        Assert.True(descriptor >= 0, $"fcntl failed with errno {Kernel.Failure}");
        return new DescriptorSocket(descriptor, loop, new DescriptorOrigin(IsTcp: true));
    }
}
