using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using System.Text.Json;
using SocketConnector.TestKit;

namespace SocketConnector.Admin.Tests;

/// <summary>What the channel changes.</summary>
public sealed class ActionTests
{
    [Fact]
    public async Task B133_Ending_a_connection_lets_both_sides_see_the_end_behind_every_byte()
    {
        await using AdminHost host = await AdminHost.OnUnixAsync();
        await using RelayedPair pair = await RelayedPair.StartAsync(Mode.ServerToSocket);
        using IDisposable shown = host.Server.Add(pair.Connector);
        await pair.A.WriteAsync("last words");
        await pair.B.ReadAsync(10);
        (HttpStatusCode status, JsonElement body) = await host.SendAsync(HttpMethod.Post, $"/v1/connections/{pair.Connection.Id}/end");
        Assert.Equal((HttpStatusCode.Accepted, pair.Connection.Id), (status, body.GetProperty("id").GetInt64()));
        Assert.Empty(await pair.A.ReadToEndAsync());
        Assert.Empty(await pair.B.ReadToEndAsync());
        Assert.Equal(CloseReason.Ended, (await pair.Connection.Completion.InTimeAsync()).Reason);
    }

    [Fact]
    public async Task B133_Aborting_a_connection_resets_both_sides()
    {
        await using AdminHost host = await AdminHost.OnUnixAsync();
        await using RelayedPair pair = await RelayedPair.StartAsync(Mode.ServerToSocket);
        using IDisposable shown = host.Server.Add(pair.Connector);
        Assert.Equal(HttpStatusCode.Accepted, (await host.SendAsync(HttpMethod.Post, $"/v1/connections/{pair.Connection.Id}/abort")).Status);
        Assert.Equal(SocketError.ConnectionReset, (await pair.A.ReadToWhateverEndAsync()).Error);
        Assert.Equal(SocketError.ConnectionReset, (await pair.B.ReadToWhateverEndAsync()).Error);
        Assert.Equal(CloseReason.Aborted, (await pair.Connection.Completion.InTimeAsync()).Reason);
    }

    [Fact]
    public async Task B133_A_drained_connector_is_not_ready_and_lets_its_connection_finish()
    {
        await using AdminHost host = await AdminHost.OnUnixAsync();
        await using RelayedPair pair = await RelayedPair.StartAsync(Mode.ServerToSocket);
        using IDisposable shown = host.Server.Add(pair.Connector);
        Assert.Equal(HttpStatusCode.Accepted, (await host.SendAsync(HttpMethod.Post, "/v1/connectors/1/drain")).Status);
        await Eventually.TrueAsync(() => pair.Connector.IsClosed);
        Assert.Equal("draining", (await host.GetAsync("/v1/connectors/1")).GetProperty("state").GetString());
        (HttpStatusCode status, JsonElement reason) = await host.SendAsync(HttpMethod.Get, "/readyz");
        Assert.Equal((HttpStatusCode.ServiceUnavailable, "connector 1 is draining, and accepts nothing any more\n"), (status, reason.GetString()));
        await pair.A.WriteAsync("still here");
        Assert.Equal("still here", await pair.B.ReadTextAsync(10));
        pair.A.EndHalf();
        pair.B.EndHalf();
        await pair.Connector.Completion.InTimeAsync();
        Assert.Equal(CloseReason.Completed, (await pair.Connection.Completion.InTimeAsync()).Reason);
        Assert.Equal("closed", (await host.GetAsync("/v1/connectors/1")).GetProperty("state").GetString());
    }

    [Fact]
    public async Task B133_What_is_left_of_a_drained_connector_is_reset_when_its_time_is_up()
    {
        await using AdminHost host = await AdminHost.OnUnixAsync();
        await using RelayedPair pair = await RelayedPair.StartAsync(Mode.ServerToSocket);
        using IDisposable shown = host.Server.Add(pair.Connector);
        Assert.Equal(HttpStatusCode.Accepted, (await host.SendAsync(HttpMethod.Post, "/v1/connectors/1/drain")).Status);
        Assert.Equal(HttpStatusCode.Accepted, (await host.SendAsync(HttpMethod.Post, "/v1/connectors/1/drain?within=0.2")).Status);
        Assert.Equal(SocketError.ConnectionReset, (await pair.A.ReadToWhateverEndAsync()).Error);
        await pair.Connector.Completion.InTimeAsync();
    }

    [Fact]
    public async Task B133_The_program_drains_in_its_own_way_where_it_has_one()
    {
        var asked = new TaskCompletionSource<TimeSpan?>();
        await using AdminHost host = await AdminHost.OnUnixAsync();
        await using var connector = new Connector();
        using IDisposable shown = host.Server.Add(connector, within => { asked.SetResult(within); return Task.CompletedTask; });
        Assert.Equal(HttpStatusCode.Accepted, (await host.SendAsync(HttpMethod.Post, "/v1/connectors/1/drain?within=2.5")).Status);
        Assert.Equal(TimeSpan.FromSeconds(2.5), await asked.Task.InTimeAsync());
        Assert.False(connector.IsClosed);
    }

    [Fact]
    public async Task B133_A_program_that_cannot_drain_is_told_of_in_the_log_and_the_server_goes_on()
    {
        using var log = new LogCollector();
        await using AdminHost host = await AdminHost.OnUnixAsync(options => options with { LoggerFactory = log });
        await using var connector = new Connector();
        using IDisposable shown = host.Server.Add(connector, static _ => throw new InvalidOperationException("not today"));
        Assert.Equal(HttpStatusCode.Accepted, (await host.SendAsync(HttpMethod.Post, "/v1/connectors/1/drain")).Status);
        await log.FirstAsync("not today");
        Assert.Equal(HttpStatusCode.OK, (await host.SendAsync(HttpMethod.Get, "/v1/connectors")).Status);
    }

    [Fact]
    public async Task B133_Any_number_may_ask_for_a_drain_and_the_program_hears_of_an_earlier_end_alone()
    {
        var hanging = new TaskCompletionSource();
        var asked = new ConcurrentQueue<TimeSpan?>();
        await using AdminHost host = await AdminHost.OnUnixAsync();
        await using var connector = new Connector();
        using IDisposable shown = host.Server.Add(connector, within =>
        {
            asked.Enqueue(within);
            return hanging.Task;
        });
        foreach (string query in (string[])["", .. Enumerable.Repeat("", 20), .. Enumerable.Repeat("?within=60", 20), "", "?within=5", "?within=30"])
        {
            Assert.Equal(HttpStatusCode.Accepted, (await host.SendAsync(HttpMethod.Post, $"/v1/connectors/1/drain{query}")).Status);
        }

        await Eventually.TrueAsync(() => asked.Count >= 3);
        Assert.Equal([null, 60, 5], asked.Select(static within => within?.TotalSeconds).OrderByDescending(static within => within ?? double.MaxValue));
        hanging.SetResult();
    }

    [Fact]
    public async Task B133_A_drain_that_failed_is_tried_again_when_it_is_asked_for_again()
    {
        using var log = new LogCollector();
        await using AdminHost host = await AdminHost.OnUnixAsync(options => options with { LoggerFactory = log });
        await using var connector = new Connector();
        var second = new TaskCompletionSource();
        int count = 0;
        using IDisposable shown = host.Server.Add(connector, _ =>
        {
            if (Interlocked.Increment(ref count) == 1)
            {
                throw new InvalidOperationException("not today");
            }

            second.SetResult();
            return Task.CompletedTask;
        });
        await host.SendAsync(HttpMethod.Post, "/v1/connectors/1/drain?within=1");
        await log.FirstAsync("not today");
        await host.SendAsync(HttpMethod.Post, "/v1/connectors/1/drain?within=1");
        await second.Task.InTimeAsync(what: "the second drain");
    }
}
