using System.Diagnostics;
using System.Net;
using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using SocketConnector.TestKit;

namespace SocketConnector.Rendezvous.AspNetCore.Tests;

public sealed class EndingTests
{
    private static readonly byte[] _lastRequest = "GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n"u8.ToArray();

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task B140_An_application_stops_in_order_with_a_request_under_way()
    {
        var begun = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var release = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        string answer = new('x', 300_000);
        await using RelayedApp relayed = await RelayedApp.StartAsync(app => app.MapGet("/", async () =>
        {
            begun.SetResult();
            await release.Task.InTimeAsync(what: "the release");
            return answer;
        }));
        using HttpClient client = relayed.Client();
        Task<string> asking = client.GetStringAsync(new Uri("/", UriKind.Relative), Cancelled);
        await begun.Task.InTimeAsync(what: "the request");
        Task stopping = relayed.App.StopAsync(Cancelled);

        // It waits at the relay no more, so that nobody comes any more; and the one that is here is not sent away.
        await relayed.Relays.WaitingAsync(waiting => waiting == 0);
        Assert.False(stopping.IsCompleted, "the application stopped without its last request");
        release.SetResult();
        Assert.Equal(answer, await asking.InTimeAsync(what: "the answer"));
        await stopping.InTimeAsync(what: "the stop");
    }

    [Fact]
    public async Task B140_The_last_answer_of_a_connection_arrives_whole_and_then_an_end()
    {
        string answer = new('y', 500_000);
        await using RelayedApp relayed = await RelayedApp.StartAsync(app => app.MapGet("/", (HttpContext context) =>
        {
            context.Response.ContentLength = answer.Length;
            return context.Response.WriteAsync(answer, context.RequestAborted);
        }));
        DuplexStream connection = await relayed.Session().ConnectAsync(Cancelled).AsTask().InTimeAsync(what: "the connection");
        await using Stream stream = connection.Stream;
        await stream.WriteAsync(_lastRequest, Cancelled);
        using var reader = new StreamReader(stream, Encoding.ASCII);
        string all = await reader.ReadToEndAsync(Cancelled).InTimeAsync(what: "the end");
        Assert.EndsWith("\r\n\r\n" + answer, all, StringComparison.Ordinal);
        await connection.EndAsync(Cancelled);
        await Eventually.TrueAsync(() => relayed.Relays.Relay.GetStats().ActivePairs == 0, explain: () => "the pair is still there");
    }

    [Fact]
    public async Task B140_An_answer_that_the_application_aborts_looks_cut_and_not_complete()
    {
        await using RelayedApp relayed = await RelayedApp.StartAsync(static app => app.MapGet("/", static async (HttpContext context) =>
        {
            await context.Response.WriteAsync("half of", context.RequestAborted);
            await context.Response.Body.FlushAsync(context.RequestAborted);
            context.Abort();
        }));
        DuplexStream connection = await relayed.Session().ConnectAsync(Cancelled).AsTask().InTimeAsync(what: "the connection");
        await using Stream stream = connection.Stream;
        await stream.WriteAsync(_lastRequest, Cancelled);
        using var reader = new StreamReader(stream, Encoding.ASCII);
        Exception? error = await Record.ExceptionAsync(() => reader.ReadToEndAsync(Cancelled).InTimeAsync(what: "the reset"));
        Assert.IsType<IOException>(error, exactMatch: false);
    }

    [Fact]
    public async Task B140_A_client_that_does_not_read_holds_the_application_back_and_is_noticed_when_it_leaves()
    {
        long written = 0, lastAt = Stopwatch.GetTimestamp();
        var aborted = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using RelayedApp relayed = await RelayedApp.StartAsync(app => app.MapGet("/", async (HttpContext context) =>
        {
            // For good: a write that is cancelled first ends this method, which could take it back before it is run.
            context.RequestAborted.Register(aborted.SetResult);
            byte[] chunk = new byte[32 * 1024];
            while (!context.RequestAborted.IsCancellationRequested)
            {
                await context.Response.Body.WriteAsync(chunk, context.RequestAborted);
                Interlocked.Add(ref written, chunk.Length);
                Interlocked.Exchange(ref lastAt, Stopwatch.GetTimestamp());
            }
        }));
        DuplexStream connection = await relayed.Session().ConnectAsync(Cancelled).AsTask().InTimeAsync(what: "the connection");
        await connection.Stream.WriteAsync(_lastRequest, Cancelled);
        await Eventually.TrueAsync(
            () => Interlocked.Read(ref written) > 0 && Stopwatch.GetElapsedTime(Interlocked.Read(ref lastAt)) > TimeSpan.FromSeconds(1),
            explain: () => $"{Interlocked.Read(ref written)} bytes are written, and more are");
        Assert.InRange(Interlocked.Read(ref written), 1, 64 * 1024 * 1024);

        connection.Abort!();
        await connection.Stream.DisposeAsync();
        await aborted.Task.InTimeAsync(what: "the client's leaving, noticed");
        Assert.DoesNotContain(relayed.Log.Entries, static entry => entry.Level >= LogLevel.Error);
    }

    [Fact]
    public async Task B140_What_is_written_to_a_client_that_has_gone_is_dropped_without_an_exception()
    {
        await using Relays relays = await Relays.StartAsync();
        var session = new RendezvousEndPoint(new ConnectOptions(relays.EndPoint), SessionSecret.Generate());
        using var log = new LogCollector();
        await using IConnectionListener listener = await new RendezvousTransportFactory(log).BindAsync(session, Cancelled).AsTask().InTimeAsync(what: "the binding");
        DuplexStream client = await session.ConnectAsync(Cancelled).AsTask().InTimeAsync(what: "the connection");
        await using ConnectionContext accepted = (await listener.AcceptAsync(Cancelled).AsTask().InTimeAsync(what: "the accept"))!;
        var closed = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        accepted.ConnectionClosed.Register(closed.SetResult);

        Task writing = WriteUntilCompletedAsync(accepted.Transport.Output);
        client.Abort!();
        await client.Stream.DisposeAsync();
        await writing.InTimeAsync(what: "a write that tells that nobody reads any more");
        await closed.Task.InTimeAsync(what: "the client's leaving, noticed");
    }

    [Fact]
    public async Task B140_Unbound_it_accepts_nobody_and_what_it_accepted_goes_on()
    {
        await using Relays relays = await Relays.StartAsync();
        var session = new RendezvousEndPoint(new ConnectOptions(relays.EndPoint), SessionSecret.Generate());
        using var log = new LogCollector();
        var factory = new RendezvousTransportFactory(log);
        Assert.False(factory.CanBind(relays.EndPoint));
        await Assert.ThrowsAsync<NotSupportedException>(() => factory.BindAsync(relays.EndPoint, Cancelled).AsTask());
        Assert.True(factory.CanBind(session));
        await using IConnectionListener listener = await factory.BindAsync(session, Cancelled).AsTask().InTimeAsync(what: "the binding");
        Assert.Same(session, listener.EndPoint);

        DuplexStream client = await session.ConnectAsync(Cancelled).AsTask().InTimeAsync(what: "the connection");
        await using ConnectionContext accepted = (await listener.AcceptAsync(Cancelled).AsTask().InTimeAsync(what: "the accept"))!;
        Task<ConnectionContext?> next = listener.AcceptAsync(Cancelled).AsTask();
        await listener.UnbindAsync(Cancelled).AsTask().InTimeAsync(what: "the unbinding");
        Assert.Null(await next.InTimeAsync(what: "the accept that was under way"));
        Assert.Null(await listener.AcceptAsync(Cancelled).AsTask().InTimeAsync(what: "a further accept"));
        await listener.UnbindAsync(Cancelled).AsTask().InTimeAsync(what: "a second unbinding");

        await accepted.Transport.Output.WriteAsync("still here"u8.ToArray(), Cancelled);
        byte[] room = new byte[10];
        await client.Stream.ReadExactlyAsync(room, Cancelled).AsTask().InTimeAsync(what: "what it sends");
        Assert.Equal("still here"u8.ToArray(), room);
        Assert.IsType<IPEndPoint>(accepted.LocalEndPoint);
        await client.EndAsync(Cancelled);
        Assert.True((await accepted.Transport.Input.ReadAsync(Cancelled).AsTask().InTimeAsync(what: "the client's end")).IsCompleted);
        await Eventually.TrueAsync(() => accepted.ConnectionClosed.IsCancellationRequested);
        await accepted.DisposeAsync().AsTask().InTimeAsync(what: "the disposal");
        Assert.Equal(0, await client.Stream.ReadAsync(room, Cancelled).AsTask().InTimeAsync(what: "its end"));
        await client.Stream.DisposeAsync();
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task B140_An_abort_without_a_reason_is_an_end_and_one_with_a_reason_is_a_reset(bool hasReason)
    {
        await using Relays relays = await Relays.StartAsync();
        var session = new RendezvousEndPoint(new ConnectOptions(relays.EndPoint), SessionSecret.Generate());
        using var log = new LogCollector();
        await using IConnectionListener listener = await new RendezvousTransportFactory(log).BindAsync(session, Cancelled).AsTask().InTimeAsync(what: "the binding");
        DuplexStream client = await session.ConnectAsync(Cancelled).AsTask().InTimeAsync(what: "the connection");
        await using ConnectionContext accepted = (await listener.AcceptAsync(Cancelled).AsTask().InTimeAsync(what: "the accept"))!;

        // Kestrel says so, against the declaration, where a client has gone in order.
        accepted.Abort(hasReason ? new ConnectionAbortedException("enough") : null!);
        Task<int> reading = client.Stream.ReadAsync(new byte[1], Cancelled).AsTask();
        if (hasReason)
        {
            Assert.IsType<IOException>(await Record.ExceptionAsync(() => reading.InTimeAsync(what: "the reset")), exactMatch: false);
            await Assert.ThrowsAsync<ConnectionAbortedException>(() => accepted.Transport.Input.ReadAsync(Cancelled).AsTask().InTimeAsync(what: "the abort, read"));
        }
        else
        {
            Assert.Equal(0, await reading.InTimeAsync(what: "the end"));
        }

        await accepted.DisposeAsync().AsTask().InTimeAsync(what: "the disposal");
        await client.Stream.DisposeAsync();
    }

    private static async Task WriteUntilCompletedAsync(System.IO.Pipelines.PipeWriter output)
    {
        byte[] chunk = new byte[32 * 1024];
        while (!(await output.WriteAsync(chunk, Cancelled)).IsCompleted)
        {
            // There is more where that came from.
        }
    }
}
