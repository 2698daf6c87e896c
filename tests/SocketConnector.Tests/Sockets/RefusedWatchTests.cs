using System.Net.Sockets;
using System.Runtime.CompilerServices;
using SocketConnector.Loops;
using SocketConnector.Sockets;
using SocketConnector.TestKit;
using SocketConnector.Tests.Engine;

namespace SocketConnector.Tests.Sockets;

/// <summary>Where the system refuses to watch a descriptor (epoll(7), max_user_watches).</summary>
public sealed class RefusedWatchTests
{
    private const int DuplicateCloseOnExec = 1030;
    private const int Rounds = 3_000;

    [Fact]
    public async Task What_waits_beside_a_wait_that_is_refused_is_refused_as_well_and_never_waits_for_ever()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "bare descriptors are Linux's");
        EventLoop loop = LoopFixture.Loop;
        for (int round = 0; round < Rounds; round++)
        {
            // Its own epoll, which it cannot watch (epoll_ctl(2), EINVAL).
            var socket = new DescriptorSocket(Kernel.Control(loop.Epoll, DuplicateCloseOnExec, 0), loop, new DescriptorOrigin(IsTcp: false));
            var start = new StrongBox<int>(2);
            Task<SocketException> reading = Task.Run(() => RefusedAsync(start, socket.WaitReadableAsync), TestContext.Current.CancellationToken);
            Task<SocketException> writing = Task.Run(() => RefusedAsync(start, socket.WaitWritableAsync), TestContext.Current.CancellationToken);
            await Task.WhenAll(reading, writing).InTimeAsync(what: $"round {round}: the refusal");
            socket.Close();
        }
    }

    private static async Task<SocketException> RefusedAsync(StrongBox<int> start, Func<CancellationToken, ValueTask<int>> wait)
    {
        Interlocked.Decrement(ref start.Value);
        SpinWait.SpinUntil(() => Volatile.Read(ref start.Value) == 0);
        while (true)
        {
            try
            {
                // It may be woken by the other's refusal, and finds out for itself then.
                await wait(CancellationToken.None);
            }
            catch (SocketException refused)
            {
                return refused;
            }
        }
    }
}
