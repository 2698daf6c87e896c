using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using SocketConnector.Admission;
using SocketConnector.Relaying;
using SocketConnector.Sockets;
using SocketConnector.TestKit;

namespace SocketConnector.Tests.Admission;

/// <summary>
/// A header that is read and stripped, a stream that is wrapped, a limit with a lease: three stages that the library does not know, each
/// in a method, between its own.
/// </summary>
public sealed class FurtherStageTests
{
    private const int HeaderSize = 8;
    private const int Limit = 3;
    private static readonly object _header = new();
    private int _taken;

    [Theory]
    [InlineData(Mode.ServerToServer)]
    [InlineData(Mode.ServerToSocket)]
    [InlineData(Mode.SocketToServer)]
    [InlineData(Mode.SocketToSocket)]
    public async Task A_header_is_read_and_stripped_and_what_came_behind_it_is_relayed(Mode mode)
    {
        (Connector connector, TestPeer a, TestPeer b) = await StartAsync(mode, ReadHeaderAsync, "header-A", "header-B");
        await using Connector owned = connector;
        using TestPeer peerA = a, peerB = b;
        await a.WriteAsync("and behind it");
        Assert.Equal("and behind it", await b.ReadTextAsync(13));
        await b.WriteAsync("answer");
        Assert.Equal("answer", await a.ReadTextAsync(6));
        Connection connection = Assert.Single(connector.GetConnections());
        Assert.Equal(("header-A", "header-B"), (connection.PeerA.Items[_header], connection.PeerB.Items[_header]));
    }

    [Theory]
    [InlineData(Mode.ServerToServer)]
    [InlineData(Mode.ServerToSocket)]
    [InlineData(Mode.SocketToServer)]
    [InlineData(Mode.SocketToSocket)]
    public async Task A_wrapped_stream_is_relayed_and_each_half_is_ended_by_itself(Mode mode)
    {
        (Connector connector, TestPeer a, TestPeer b) = await StartAsync(mode, XorAsync);
        await using Connector owned = connector;
        using TestPeer peerA = a, peerB = b;
        byte[] there = RandomNumberGenerator.GetBytes(200_000), back = RandomNumberGenerator.GetBytes(200_000);
        Task<byte[]> atB = b.ReadToEndAsync();
        await a.WriteAsync(there);
        a.EndHalf();
        Assert.Equal(there, await atB.InTimeAsync());
        Task<byte[]> atA = a.ReadToEndAsync();
        await b.WriteAsync(back);
        b.EndHalf();
        Assert.Equal(back, await atA.InTimeAsync());
    }

    [Fact]
    public async Task What_comes_in_one_piece_with_the_header_is_relayed_first()
    {
        (Connector connector, TestPeer a, TestPeer b) = await StartAsync(Mode.ServerToServer, ReadHeaderAsync, "header-Aand behind it", "header-B");
        await using Connector owned = connector;
        using TestPeer peerA = a, peerB = b;
        Assert.Equal("and behind it", await b.ReadTextAsync(13));
    }

    [Fact]
    public async Task A_reset_reaches_the_other_side_through_both_wrappers()
    {
        (Connector connector, TestPeer a, TestPeer b) = await StartAsync(Mode.ServerToServer, XorAsync);
        await using Connector owned = connector;
        using TestPeer peerA = a, peerB = b;
        await a.WriteAsync("x");
        await b.ReadTextAsync(1);
        Connection connection = Assert.Single(connector.GetConnections());
        a.Reset();
        Assert.Equal(SocketError.ConnectionReset, (await b.ReadToWhateverEndAsync()).Error);
        Assert.Equal(CloseReason.PeerReset, (await connection.Completion.InTimeAsync()).Reason);
    }

    [Fact]
    public async Task A_header_in_front_of_a_wrapper_and_a_verifier_behind_it_know_nothing_of_each_other()
    {
        ListenOptions listen = new(IPAddress.Loopback, 0) { AuthVerifier = Verifiers.Word("go") };
        await using Connector connector = await OpenAsync(listen, listen, ReadHeaderAsync, XorAsync);
        using TestPeer a = await TestPeer.ConnectAsync(connector.EndPointA!), b = await TestPeer.ConnectAsync(connector.EndPointB!);
        await a.WriteAsync((byte[])[.. "header-A"u8, .. Changed("goand behind it"u8)]);
        await b.WriteAsync((byte[])[.. "header-B"u8, .. Changed("go"u8)]);
        Assert.Equal("and behind it"u8.ToArray(), Changed(await b.ReadAsync(13)));
    }

    [Fact]
    public async Task A_limit_refuses_the_next_and_its_lease_always_comes_back()
    {
        ListenOptions listen = new(IPAddress.Loopback, 0);
        await using Connector connector = await OpenAsync(listen, listen, CountAsync);
        for (int round = 0; round < 20; round++)
        {
            // One waits and leaves, two are joined and reset.
            using TestPeer waiting = await TestPeer.ConnectAsync(connector.EndPointA!);
            await Eventually.TrueAsync(() => Volatile.Read(ref _taken) == 1);
            using TestPeer a = await TestPeer.ConnectAsync(connector.EndPointA!);
            await Eventually.TrueAsync(() => Volatile.Read(ref _taken) == 2);
            using TestPeer b = await TestPeer.ConnectAsync(connector.EndPointB!);
            await waiting.WriteAsync("x");
            await b.ReadTextAsync(1);
            using TestPeer refused = await TestPeer.ConnectAsync(connector.EndPointB!);
            Assert.Equal(SocketError.ConnectionReset, (await refused.ReadToWhateverEndAsync()).Error);
            waiting.Reset();
            a.Reset();
            await Eventually.TrueAsync(() => Volatile.Read(ref _taken) == 0, explain: () => $"{_taken} are still counted");
        }
    }

    /// <summary>Reads a header and puts back what came behind it.</summary>
    private static async ValueTask<Refusal?> ReadHeaderAsync(AdmissionContext context, CancellationToken cancellationToken)
    {
        byte[] room = new byte[100];
        int held = 0;
        while (held < HeaderSize)
        {
            await context.Peer.WaitReadableAsync(cancellationToken);
            if (context.Peer.TryReceive(room.AsSpan(held), out int count) && (held += count) >= 0 && count == 0)
            {
                return new Refusal(CloseReason.PeerReset, context.Peer.Side, new InvalidOperationException("no header came"));
            }
        }

        context.Peer.Peer.Items[_header] = System.Text.Encoding.ASCII.GetString(room, 0, HeaderSize);
        context.Peer.Unread(room.AsSpan(HeaderSize, held - HeaderSize));
        return null;
    }

    /// <summary>Wraps the stream.</summary>
    private static ValueTask<Refusal?> XorAsync(AdmissionContext context, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        InnerStream inner = context.Peer.OpenInner();
        var xor = new DuplexStream(
            new XorStream(inner),
            async token =>
            {
                await Task.Yield();
                await inner.EndAsync(token);
            });
        context.Peer.Replace(new WrappedStream(xor, inner: context.Peer.Stream));
        return default;
    }

    /// <summary>Counts, and adds to the peer what gives the count back.</summary>
    private ValueTask<Refusal?> CountAsync(AdmissionContext context, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        if (Interlocked.Increment(ref _taken) <= Limit)
        {
            context.Peer.Add(new Counted(this));
            return default;
        }

        Interlocked.Decrement(ref _taken);
        return new ValueTask<Refusal?>(new Refusal(CloseReason.Aborted, null, new InvalidOperationException("there are enough")));
    }

    private static byte[] Changed(ReadOnlySpan<byte> bytes)
    {
        byte[] changed = bytes.ToArray();
        XorStream.Change(changed);
        return changed;
    }

    /// <summary>A connector with this stage on both sides, and a peer on each that has said what it says first.</summary>
    private static async Task<(Connector Connector, TestPeer A, TestPeer B)> StartAsync(Mode mode, StageCode stage, string helloA = "", string helloB = "")
    {
        using TestServer? serverA = mode is Mode.SocketToServer or Mode.SocketToSocket ? new TestServer() : null;
        using TestServer? serverB = mode is Mode.ServerToSocket or Mode.SocketToSocket ? new TestServer() : null;
        SideOptions sideA = serverA is null ? new ListenOptions(IPAddress.Loopback, 0) : new ConnectOptions(serverA.EndPoint);
        SideOptions sideB = serverB is null ? new ListenOptions(IPAddress.Loopback, 0) : new ConnectOptions(serverB.EndPoint);
        Connector connector = await OpenAsync(sideA, sideB, stage);

        // Whoever connects comes first: nothing is dialled for one that is not admitted.
        TestPeer a = serverA is null ? await TestPeer.ConnectAsync(connector.EndPointA!) : await serverA.AcceptAsync();
        await a.WriteAsync(helloA);
        TestPeer b = serverB is null ? await TestPeer.ConnectAsync(connector.EndPointB!) : await serverB.AcceptAsync();
        await b.WriteAsync(helloB);
        return (connector, a, b);
    }

    private static async Task<Connector> OpenAsync(SideOptions sideA, SideOptions sideB, params StageCode[] further)
    {
        var lifetime = new ConnectorLifetime(Patient.Options, [.. further.Select(static code => new Stage("further", code))]);
        var connector = new Connector(lifetime);
        await lifetime.OpenAsync(sideA, sideB, TestContext.Current.CancellationToken);
        return connector;
    }

    /// <summary>One of those that the limit counts, joined or not.</summary>
    private sealed class Counted(FurtherStageTests tests) : ILease
    {
        public void UseUp()
        {
            // It counts for as long as it is open.
        }

        public void GiveBack() => Interlocked.Decrement(ref tests._taken);
    }
}
