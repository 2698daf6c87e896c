using System.Net.Sockets;
using SocketConnector.TestKit;

namespace SocketConnector.Tests.Tls;

/// <summary>Readers of TLS that stop, and what ends around them.</summary>
public sealed class TlsStallTests : IDisposable
{
    private static readonly TimeSpan _timeout = TimeSpan.FromSeconds(60);

    private readonly TlsFixture _tls = new();
    private readonly string _folder = Directory.CreateTempSubdirectory("tls").FullName;
    private readonly ManualClock _clock = new();

    private ConnectorOptions Options => _tls.Options with { TimeProvider = _clock, HalfCloseTimeout = _timeout };

    [Fact]
    public async Task B76_A_reader_that_stops_is_named_once_the_sender_has_ended()
    {
        // A Unix socket's end has arrived once it is there, whatever was not read before it.
        string path = Path.Combine(_folder, "b.sock");
        await using Connector connector = await Connector.ServerToServerAsync(
            _tls.Listening, new ListenOptions(new UnixDomainSocketEndPoint(path)), Options, TestContext.Current.CancellationToken);
        using TlsPeer client = await _tls.ConnectAsync(connector);
        using TestPeer sender = await TestPeer.ConnectAsync(new UnixDomainSocketEndPoint(path));
        await using (var writing = EndlessWriter.Start(sender))
        {
            await writing.StuckAsync();
        }

        sender.EndHalf();
        Task<CloseInfo> completion = Assert.Single(connector.GetConnections()).Completion;
        await Eventually.TrueAsync(() =>
        {
            // The end of the sender is found by a look, twice a second.
            _clock.Advance(TimeSpan.FromMilliseconds(500));
            return completion.IsCompleted;
        });
        Assert.Equal((CloseReason.HalfCloseTimeout, Side.A), await _tls.ClosedAsync());
    }

    [Fact]
    public async Task B76_A_reader_that_reads_on_slowly_gets_everything_and_the_end()
    {
        await using Connector connector = await _tls.StartOutsideAsync();
        (TlsPeer client, TestPeer upstream) = await _tls.ConnectOutsideAsync(connector);
        using TlsPeer disposing = client;
        using TestPeer upper = upstream;
        await using (var writing = EndlessWriter.Start(upstream))
        {
            await writing.StuckAsync();
            await writing.DisposeAsync();
            upstream.EndHalf();
            byte[] all = await client.ReadToEndAsync();
            Assert.Equal(writing.Sent, all.LongLength);
            Assert.Equal(writing.Sha256OfFirst(writing.Sent), Convert.ToHexString(System.Security.Cryptography.SHA256.HashData(all)));
        }
    }

    [Fact]
    public async Task B72_A_drain_ends_a_connection_whose_reader_has_stopped()
    {
        Connector connector = await _tls.StartOutsideAsync(Options);
        (TlsPeer client, TestPeer upstream) = await _tls.ConnectOutsideAsync(connector);
        using TlsPeer disposing = client;
        using TestPeer upper = upstream;
        await using var writing = EndlessWriter.Start(upstream);
        await writing.StuckAsync();
        Task stopping = connector.StopAsync(TestContext.Current.CancellationToken);
        await Eventually.TrueAsync(() =>
        {
            _clock.Advance(TimeSpan.FromSeconds(1));
            return stopping.IsCompleted;
        });
        await stopping;
        Assert.Equal((CloseReason.HalfCloseTimeout, Side.A), await _tls.ClosedAsync());
        Assert.Equal(0, _clock.ActiveTimers);
    }

    [Fact]
    public async Task B79_A_transformer_that_fails_is_told_at_once_although_a_reader_of_TLS_has_stopped()
    {
        var fail = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using Connector connector = await Connector.ServerToServerAsync(
            _tls.Listening,
            TlsFixture.Plain with
            {
                Transformer = async (source, destination, cancellationToken) =>
                {
                    Task copying = source.CopyToAsync(destination, cancellationToken);
                    await fail.Task.WaitAsync(cancellationToken);
                    throw new InvalidDataException("enough");
                },
            },
            _tls.Options,
            TestContext.Current.CancellationToken);
        using TlsPeer client = await _tls.ConnectAsync(connector);
        using TestPeer sender = await TestPeer.ConnectAsync(connector.EndPointB!);
        await using var writing = EndlessWriter.Start(sender);
        await writing.StuckAsync();
        fail.SetResult();
        Assert.Equal((CloseReason.TransformFailed, Side.B), await _tls.ClosedAsync());
    }

    [Fact]
    public async Task B93_A_reset_of_the_sender_reaches_a_reader_of_TLS_that_has_stopped()
    {
        await using Connector connector = await Connector.ServerToServerAsync(
            _tls.Listening,
            TlsFixture.Plain with { Transformer = static (source, destination, cancellationToken) => source.CopyToAsync(destination, cancellationToken) },
            _tls.Options,
            TestContext.Current.CancellationToken);
        using TlsPeer client = await _tls.ConnectAsync(connector);
        using TestPeer sender = await TestPeer.ConnectAsync(connector.EndPointB!);
        await using (var writing = EndlessWriter.Start(sender))
        {
            await writing.StuckAsync();
        }

        sender.Reset();
        Assert.Equal((CloseReason.PeerReset, Side.B), await _tls.ClosedAsync());
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task B93_A_reset_of_a_sender_of_TLS_reaches_a_reader_that_has_stopped(bool isTransformed)
    {
        DataTransformer? copying = isTransformed ? static (source, destination, cancellationToken) => source.CopyToAsync(destination, cancellationToken) : null;
        await using Connector connector = await _tls.StartOutsideAsync(listening: _tls.Listening with { Transformer = copying });
        (TlsPeer client, TestPeer upstream) = await _tls.ConnectOutsideAsync(connector);
        using TestPeer upper = upstream;
        await client.FillAsync();
        client.Peer.Reset();
        Assert.Equal((CloseReason.PeerReset, Side.A), await _tls.ClosedAsync());
        Assert.NotNull((await upstream.ReadToWhateverEndAsync()).Error);
    }

    public void Dispose()
    {
        _tls.Dispose();
        Directory.Delete(_folder, recursive: true);
    }
}
