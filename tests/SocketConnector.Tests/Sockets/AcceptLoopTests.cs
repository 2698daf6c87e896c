using System.Net.Sockets;
using System.Threading.Channels;
using Microsoft.Extensions.Time.Testing;
using SocketConnector.Diagnostics;
using SocketConnector.Sockets;
using SocketConnector.TestKit;
using SocketConnector.Transports;

namespace SocketConnector.Tests.Sockets;

/// <summary>Nothing that is thrown where it accepts ends an accept loop.</summary>
public sealed class AcceptLoopTests : IDisposable
{
    private readonly CancellationTokenSource _disposed = new();
    private readonly ScriptedAcceptor _acceptor = new();
    private readonly Channel<PeerStream> _accepted = Channel.CreateUnbounded<PeerStream>();
    private readonly LogCollector _log = new();
    private AcceptTrouble? _trouble;

    public void Dispose() => _disposed.Dispose();

    [Fact]
    public async Task B77_Whatever_the_runtime_throws_costs_that_client_alone()
    {
        Task running = Start();
        _acceptor.Next(() => throw new FormatException("Destination is too short"));
        _acceptor.Next(() => throw new SocketException((int)SocketError.ConnectionAborted));
        _acceptor.Next(() => throw new SocketException((int)SocketError.TooManyOpenSockets));
        _acceptor.Next(() => throw new InvalidOperationException("anything"));
        using SocketPair pair = await SocketPair.CreateAsync();
        _acceptor.Next(() => new RuntimeSocket(pair.Near.Socket));
        await _accepted.Reader.ReadAsync(TestContext.Current.CancellationToken).AsTask().InTimeAsync(what: "the client after them");
        await _log.FirstAsync(entry => entry.Exception is FormatException, "the fault");
        await EndsAsync(running);
    }

    [Fact]
    public async Task B77_A_clock_that_throws_ends_no_accept_loop()
    {
        Task running = Start(new ThrowingClock());
        _acceptor.Next(() => throw new SocketException((int)SocketError.TooManyOpenSockets));
        using SocketPair pair = await SocketPair.CreateAsync();
        _acceptor.Next(() => new RuntimeSocket(pair.Near.Socket));
        await _accepted.Reader.ReadAsync(TestContext.Current.CancellationToken).AsTask().InTimeAsync(what: "the client after it");
        await EndsAsync(running);
    }

    [Fact]
    public async Task B133_It_starves_from_the_first_refusal_of_the_system_until_a_second_has_passed_without_one()
    {
        var clock = new FakeTimeProvider();
        Task running = Start(clock);
        Assert.False(_trouble!.IsNow);
        _acceptor.Next(() => throw new SocketException((int)SocketError.NoBufferSpaceAvailable));
        await Eventually.TrueAsync(() => _trouble.IsNow);

        // Its wait comes to an end, and it accepts again; nobody comes.
        DateTimeOffset since = clock.GetUtcNow();
        await Eventually.TrueAsync(() =>
        {
            clock.Advance(TimeSpan.FromMilliseconds(50));
            return !_trouble.IsNow;
        });
        Assert.InRange(clock.GetUtcNow() - since, TimeSpan.FromSeconds(1), TimeSpan.FromMinutes(1));
        await EndsAsync(running);
    }

    private Task Start(TimeProvider? time = null)
    {
        TimeProvider clock = GuardedClock.Of(time ?? TimeProvider.System);
        AcceptTrouble trouble = _trouble = new AcceptTrouble(Side.A, "a test", new Observer(new ConnectorOptions { LoggerFactory = _log }), clock, _disposed.Token);
        return AcceptAllAsync(new AcceptLoop(_acceptor, trouble, new SideOptions(), clock));
    }

    private async Task AcceptAllAsync(AcceptLoop loop)
    {
        while (await loop.NextAsync(places: null) is { } peer)
        {
            _accepted.Writer.TryWrite(peer);
            peer.StopExpecting();
        }
    }

    private async Task EndsAsync(Task running)
    {
        await _disposed.CancelAsync();
        _acceptor.Stop();
        await running.InTimeAsync(what: "the end of the accept loop");
    }

    private sealed class ScriptedAcceptor : Acceptor
    {
        private readonly Channel<Func<ByteStream>> _next = Channel.CreateUnbounded<Func<ByteStream>>();

        public void Next(Func<ByteStream> what) => _next.Writer.TryWrite(what);

        public override async ValueTask<ByteStream> AcceptAsync()
        {
            ObjectDisposedException.ThrowIf(!await _next.Reader.WaitToReadAsync(), typeof(Socket));
            return (await _next.Reader.ReadAsync())();
        }

        public override void Stop() => _next.Writer.TryComplete();
    }

    private sealed class ThrowingClock : TimeProvider
    {
        public override long GetTimestamp() => throw new InvalidOperationException("no time");
    }
}
