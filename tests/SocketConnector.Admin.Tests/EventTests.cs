using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Text.Json;
using SocketConnector.Admin.Events;
using SocketConnector.Admin.Registry;
using SocketConnector.TestKit;

namespace SocketConnector.Admin.Tests;

/// <summary>What those are told who follow the events.</summary>
public sealed class EventTests
{
    [Fact]
    public async Task B133_Events_begin_with_what_there_is_and_go_on_with_what_happens()
    {
        await using AdminHost host = await AdminHost.OnUnixAsync();
        await using Crowd crowd = await Crowd.StartAsync(3);
        using IDisposable shown = host.Server.Add(crowd.Connector);
        using EventReader events = await EventReader.OpenAsync(host);
        (string name, JsonElement snapshot) = await events.NextAsync();
        Assert.Equal(("snapshot", 3), (name, snapshot.GetProperty("connectors")[0].GetProperty("active").GetInt32()));
        (name, JsonElement connections) = await events.NextAsync();
        Assert.Equal(("connections", 3), (name, connections.GetProperty("connections").GetArrayLength()));
        Assert.Equal("ready", (await events.NextAsync()).Name);

        TestPeer peer = await crowd.AddAsync();
        JsonElement joined = await events.NextAsync("joined");
        Assert.Equal(peer.LocalEndPoint.ToString(), joined.GetProperty("a").GetProperty("remote").GetString());
        await peer.WriteAsync("bye");
        peer.Reset();
        JsonElement closed = await events.NextAsync("closed");
        Assert.Equal((joined.GetProperty("id").GetInt64(), "peerReset", "A"), (closed.GetProperty("id").GetInt64(), closed.GetProperty("reason").GetString(), closed.GetProperty("side").GetString()));
        Assert.Equal(3, (await events.NextAsync("totals")).GetProperty("connectors")[0].GetProperty("active").GetInt32());
    }

    [Fact]
    public async Task B133_The_end_of_a_connection_tells_whose_it_is_and_when()
    {
        await using AdminHost host = await AdminHost.OnUnixAsync();
        await using Crowd crowd = await Crowd.StartAsync(0);
        using IDisposable shown = host.Server.Add(crowd.Connector);
        using EventReader events = await EventReader.OpenAsync(host);
        await events.NextAsync("ready");
        (await crowd.AddAsync()).Reset();
        JsonElement joined = await events.NextAsync("joined");
        JsonElement closed = await events.NextAsync("closed");
        Assert.Equal((Told(joined, "a"), Told(joined, "b")), (Told(closed, "a"), Told(closed, "b")));
        Assert.InRange(closed.GetProperty("time").GetDateTimeOffset(), joined.GetProperty("joinedAt").GetDateTimeOffset(), TimeProvider.System.GetUtcNow());
        Assert.InRange(closed.GetProperty("durationMs").GetInt64(), 0, (long)Eventually.Deadline.TotalMilliseconds);

        static string? Told(JsonElement happened, string side) => happened.GetProperty(side).GetProperty("remote").GetString();
    }

    [Fact]
    public async Task B133_A_reader_may_leave_out_the_connections_that_there_are_and_hears_of_their_ends()
    {
        await using AdminHost host = await AdminHost.OnUnixAsync();
        await using Crowd crowd = await Crowd.StartAsync(3);
        using IDisposable shown = host.Server.Add(crowd.Connector);
        using EventReader events = await EventReader.OpenAsync(host, "/v1/events?connections=none");
        Assert.Equal("snapshot", (await events.NextAsync()).Name);
        Assert.Equal("ready", (await events.NextAsync()).Name);
        string left = crowd.Peers[0].LocalEndPoint.ToString()!;
        crowd.Peers[0].Reset();
        Assert.Equal(left, (await events.NextAsync("closed")).GetProperty("a").GetProperty("remote").GetString());
        (HttpStatusCode status, JsonElement problem) = await host.SendAsync(HttpMethod.Get, "/v1/events?connections=some");
        Assert.Equal((HttpStatusCode.BadRequest, "connections: one of all, none"), (status, problem.GetProperty("detail").GetString()));
    }

    [Fact]
    public async Task B133_A_server_that_stops_tells_the_last_events_and_ends_the_stream_in_order()
    {
        await using AdminHost host = await AdminHost.OnUnixAsync();
        await using Crowd crowd = await Crowd.StartAsync(10);
        using IDisposable shown = host.Server.Add(crowd.Connector);
        using EventReader events = await EventReader.OpenAsync(host);
        await events.NextAsync("ready");
        await crowd.Connector.DisposeAsync();
        await host.Server.DisposeAsync();
        int closed = 0;
        string name;
        do
        {
            (name, _) = await events.NextAsync();
            closed += name == "closed" ? 1 : 0;
        }
        while (name != "stopped");

        Assert.Equal(10, closed);
        await Assert.ThrowsAsync<EndOfStreamException>(events.NextAsync);
    }

    [Fact]
    public async Task B133_A_reader_that_takes_nothing_does_not_hold_up_the_stop()
    {
        const int Many = 2000;
        await using AdminHost host = await AdminHost.OnUnixAsync();
        Connector[] connectors = [.. Enumerable.Range(0, Many).Select(static _ => new Connector())];
        IDisposable[] shown = [.. connectors.Select(connector => host.Server.Add(connector))];
        using var stuck = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified) { ReceiveBufferSize = 4096 };
        await stuck.ConnectAsync(host.EndPoint, TestContext.Current.CancellationToken);
        await stuck.SendAsync(Encoding.ASCII.GetBytes("GET /v1/events HTTP/1.1\r\nHost: localhost\r\n\r\n"));
        byte[] first = new byte[1];
        await stuck.ReceiveAsync(first, TestContext.Current.CancellationToken).AsTask().InTimeAsync();
        await host.Server.DisposeAsync().AsTask().InTimeAsync(TimeSpan.FromSeconds(10));
        Array.ForEach(shown, static one => one.Dispose());
        await Task.WhenAll(connectors.Select(static connector => connector.DisposeAsync().AsTask())).InTimeAsync();
    }

    [Fact]
    public async Task B133_A_peer_that_waits_and_one_that_is_refused_are_told()
    {
        await using AdminHost host = await AdminHost.OnUnixAsync();
        await using Connector connector = await Connector.ServerToServerAsync(
            new ListenOptions(IPAddress.Loopback, 0) { AuthVerifier = static (_, _) => ValueTask.FromResult(AuthResult.Reject("not you")) },
            new ListenOptions(IPAddress.Loopback, 0),
            cancellationToken: TestContext.Current.CancellationToken);
        using IDisposable shown = host.Server.Add(connector);
        using EventReader events = await EventReader.OpenAsync(host, "/v1/events?connector=1");
        await events.NextAsync("ready");
        using TestPeer waiting = await TestPeer.ConnectAsync(connector.EndPointB!);
        Assert.Equal(("B", waiting.LocalEndPoint.ToString()), (await events.NextAsync("pending")) is var pending ? (pending.GetProperty("side").GetString(), pending.GetProperty("remote").GetString()) : default);
        using TestPeer refused = await TestPeer.ConnectAsync(connector.EndPointA!);
        JsonElement told = await events.NextAsync("refused");
        Assert.Equal(("authRejected", "A", refused.LocalEndPoint.ToString()), (told.GetProperty("reason").GetString(), told.GetProperty("side").GetString(), told.GetProperty("a").GetProperty("remote").GetString()));
        Assert.Equal(JsonValueKind.Null, told.GetProperty("b").ValueKind);
    }

    [Fact]
    public async Task B133_A_connector_that_is_added_later_is_followed_as_well()
    {
        await using AdminHost host = await AdminHost.OnUnixAsync();
        using EventReader events = await EventReader.OpenAsync(host);
        await events.NextAsync("ready");
        await using RelayedPair pair = await RelayedPair.StartAsync(Mode.ServerToSocket);
        using IDisposable shown = host.Server.Add(pair.Connector);
        Assert.Equal(pair.Connection.Id, (await events.NextAsync("joined")).GetProperty("id").GetInt64());
        pair.Connection.Abort();
        Assert.Equal("aborted", (await events.NextAsync("closed")).GetProperty("reason").GetString());
    }

    [Fact]
    public async Task B133_While_connections_come_and_go_each_is_told_once_and_none_is_left_out()
    {
        await using AdminHost host = await AdminHost.OnUnixAsync();
        await using Crowd crowd = await Crowd.StartAsync(0);
        using IDisposable shown = host.Server.Add(crowd.Connector);
        using var over = new CancellationTokenSource();
        Task coming = ComeAndGoAsync(crowd, over.Token);
        try
        {
            for (int round = 0; round < 10; round++)
            {
                using EventReader events = await EventReader.OpenAsync(host);
                HashSet<long> known = [];
                bool isReady = false;
                for (int happened = 0; happened < 20;)
                {
                    (string name, JsonElement data) = await events.NextAsync();
                    isReady |= name == "ready";
                    Assert.NotEqual("lost", name);
                    foreach (JsonElement one in name == "connections" ? data.GetProperty("connections").EnumerateArray().ToArray() : name == "joined" ? [data] : [])
                    {
                        Assert.True(known.Add(one.GetProperty("id").GetInt64()), $"{one} was told before");
                    }

                    if (name == "closed")
                    {
                        Assert.True(known.Remove(data.GetProperty("id").GetInt64()), $"{data} was never told");
                    }

                    happened += isReady && name is "joined" or "closed" ? 1 : 0;
                }
            }
        }
        finally
        {
            await over.CancelAsync();
            await coming.InTimeAsync();
        }
    }

    [Fact]
    public async Task B133_A_reader_that_was_too_slow_is_told_how_many_events_it_lost()
    {
        await using AdminHost host = await AdminHost.OnUnixAsync();
        await using Crowd crowd = await Crowd.StartAsync(0);
        using IDisposable shown = host.Server.Add(crowd.Connector);
        using var slow = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified) { ReceiveBufferSize = 4096 };
        await slow.ConnectAsync(host.EndPoint, TestContext.Current.CancellationToken);
        await slow.SendAsync(Encoding.ASCII.GetBytes("GET /v1/events HTTP/1.1\r\nHost: localhost\r\n\r\n"));
        long before = crowd.Connector.GetStats().SocketPairs;
        while (crowd.Connector.GetStats().SocketPairs - before < EventStream.MaxQueued)
        {
            TestPeer peer = await crowd.AddAsync();
            peer.Reset();
            crowd.Forget();
        }

        using var stream = new StreamReader(new NetworkStream(slow));
        string? line;
        while ((line = await stream.ReadLineAsync(TestContext.Current.CancellationToken).AsTask().InTimeAsync()) != "event: lost")
        {
            Assert.NotNull(line);
        }

        Assert.Matches("^data: \\{\"count\":[1-9][0-9]*\\}$", await stream.ReadLineAsync(TestContext.Current.CancellationToken).AsTask().InTimeAsync());
    }

    [Fact]
    public async Task B133_What_was_lost_is_told_in_its_place()
    {
        await using AdminHost host = await AdminHost.OnUnixAsync();
        await using RelayedPair pair = await RelayedPair.StartAsync(Mode.ServerToSocket);
        var entry = new ConnectorEntry("1", pair.Connector, null, TimeProvider.System, Microsoft.Extensions.Logging.Abstractions.NullLogger.Instance);
        ConnectionEvent happened = await AnEventAsync(pair);
        var queue = new EventQueue(2);
        var writer = queue.WriterFor(entry);
        for (int i = 0; i < 5; i++)
        {
            Assert.True(writer.TryWrite(happened));
        }

        // The third found no room, and took with it what waited; the fourth and the fifth came behind.
        Assert.True(queue.TryTake(out Queued first) && first is { Event: not null, LostBefore: 3 });
        Assert.True(writer.TryWrite(happened));
        Assert.True(queue.TryTake(out Queued second) && second is { Event: not null, LostBefore: 0 });
        Assert.True(queue.TryTake(out Queued third) && third is { Event: not null, LostBefore: 0 });
        Assert.False(queue.TryTake(out _));
    }

    private static async Task<ConnectionEvent> AnEventAsync(RelayedPair pair)
    {
        var events = System.Threading.Channels.Channel.CreateUnbounded<ConnectionEvent>();
        using IDisposable added = pair.Connector.AddEvents(events.Writer);
        pair.Connection.Abort();
        return await events.Reader.ReadAsync(TestContext.Current.CancellationToken).AsTask().InTimeAsync();
    }

    private static async Task ComeAndGoAsync(Crowd crowd, CancellationToken over)
    {
        while (!over.IsCancellationRequested)
        {
            TestPeer peer = await crowd.AddAsync();
            if (crowd.Peers.Count > 20)
            {
                crowd.Leave();
            }
            else
            {
                await peer.WriteAsync("x");
            }
        }
    }
}
