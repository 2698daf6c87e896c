using System.Net.Sockets;
using System.Threading.Channels;
using SocketConnector.Diagnostics;
using SocketConnector.Sockets;
using SocketConnector.TestKit;
using SocketConnector.Transports;

namespace SocketConnector.Tests.Sockets;

/// <summary>Nothing that is thrown where it accepts ends an accept loop or leaves a socket open.</summary>
public sealed class AcceptLoopTests : IDisposable
{
    private readonly CancellationTokenSource _disposed = new();
    private readonly ScriptedAcceptor _acceptor = new();
    private readonly Channel<ByteStream> _accepted = Channel.CreateUnbounded<ByteStream>();
    private readonly LogCollector _log = new();

    public void Dispose() => _disposed.Dispose();

    [Fact]
    public async Task B77_Whatever_the_runtime_throws_costs_that_client_alone()
    {
        Task running = Start(socket => _accepted.Writer.TryWrite(socket));
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
    public async Task B77_A_socket_that_nobody_takes_is_reset()
    {
        bool isFirst = true;
        Task running = Start(socket =>
        {
            if (isFirst)
            {
                isFirst = false;
                throw new InvalidOperationException("no room for it");
            }

            _accepted.Writer.TryWrite(socket);
        });
        using SocketPair lost = await SocketPair.CreateAsync(), pair = await SocketPair.CreateAsync();
        _acceptor.Next(() => new RuntimeSocket(lost.Near.Socket));
        Assert.Equal(SocketError.ConnectionReset, (await lost.Far.ReadToWhateverEndAsync()).Error);
        _acceptor.Next(() => new RuntimeSocket(pair.Near.Socket));
        await _accepted.Reader.ReadAsync(TestContext.Current.CancellationToken).AsTask().InTimeAsync(what: "the client after it");
        await EndsAsync(running);
    }

    [Fact]
    public async Task B77_A_clock_that_throws_ends_no_accept_loop()
    {
        Task running = Start(socket => _accepted.Writer.TryWrite(socket), new ThrowingClock());
        _acceptor.Next(() => throw new SocketException((int)SocketError.TooManyOpenSockets));
        using SocketPair pair = await SocketPair.CreateAsync();
        _acceptor.Next(() => new RuntimeSocket(pair.Near.Socket));
        await _accepted.Reader.ReadAsync(TestContext.Current.CancellationToken).AsTask().InTimeAsync(what: "the client after it");
        await EndsAsync(running);
    }

    private Task Start(Action<ByteStream> accepted, TimeProvider? time = null)
    {
        var observer = new Observer(new ConnectorOptions { LoggerFactory = _log });
        var trouble = new AcceptTrouble(Side.A, "a test", observer, GuardedClock.Of(time ?? TimeProvider.System), _disposed.Token);
        return new AcceptLoop(_acceptor, trouble, new AcceptTarget(accepted, () => 0)).RunAsync();
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
