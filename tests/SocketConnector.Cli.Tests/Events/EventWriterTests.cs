using System.Collections.Concurrent;
using System.Net;
using System.Text;
using SocketConnector.Cli.Events;
using SocketConnector.Cli.Tests.Processes;
using SocketConnector.TestKit;

namespace SocketConnector.Cli.Tests.Events;

public sealed class EventWriterTests
{
    private static readonly StoppedEvent _last = new(0, 0, 0);
    private static readonly TimeSpan _patience = TimeSpan.FromSeconds(20);
    private readonly ConcurrentQueue<string> _notices = new();

    [Fact]
    public async Task Events_are_written_in_order_a_line_at_a_time_and_the_last_one_last()
    {
        using var output = new ScriptedOutput();
        var writer = new EventWriter(PlainForm.Of(null), () => output, _notices.Enqueue);

        for (int i = 1; i <= 100; i++)
        {
            Assert.True(writer.TryWrite(new JoinedEvent(i, "unknown", "unknown")));
        }

        writer.Begin(new ListeningEvent(Side.A, new IPEndPoint(IPAddress.Loopback, 9)));
        await writer.FinishAsync(_last, _patience);

        string[] told = ["side A listening on 127.0.0.1:9\n", .. Enumerable.Range(1, 100).Select(i => $"#{i} joined unknown and unknown\n"), "stopped: 0 socket pairs, 0 bytes A to B, 0 bytes B to A\n"];
        Assert.Equal(string.Concat(told), string.Concat(Lines(output).Select(Times.Remove)));
        Assert.Empty(_notices);
    }

    [Fact]
    public async Task B72_A_reader_that_does_not_read_delays_nobody_and_costs_bounded_memory()
    {
        using var output = new ScriptedOutput { IsBlocked = true };
        var writer = new EventWriter(PlainForm.Of(null), () => output, _notices.Enqueue);
        writer.Begin();
        Assert.True(writer.TryWrite(_last));
        await output.FirstWrite.InTimeAsync();

        // One is being written; the queue takes as many as it holds, and no more.
        int taken = Enumerable.Range(0, EventWriter.MaxQueued + 10).Count(_ => writer.TryWrite(_last));
        await writer.FinishAsync(_last, TimeSpan.FromMilliseconds(50));
        output.Unblock();

        Assert.Equal(EventWriter.MaxQueued, taken);
        Assert.Equal("standard output is read too slowly; events are being left out", _notices.First());
        Assert.Equal(2, _notices.Count);
    }

    [Fact]
    public async Task B72_After_a_reader_that_went_away_nothing_more_is_written_and_that_is_said_once()
    {
        using var output = new ScriptedOutput { Breaks = true };
        var writer = new EventWriter(PlainForm.Of(null), () => output, _notices.Enqueue);
        writer.Begin();

        for (int i = 0; i < 3 * EventWriter.MaxQueued; i++)
        {
            writer.TryWrite(_last);
            if (i == 0)
            {
                await Eventually.TrueAsync(() => !_notices.IsEmpty);
            }
        }

        await writer.FinishAsync(_last, _patience);

        Assert.Equal(["standard output cannot be written any more, and no further events are told: Broken pipe"], _notices);
        Assert.Single(output.Writes);
    }

    [Fact]
    public async Task B72_A_slow_reader_gets_all_of_it_in_whole_lines_that_a_pipe_takes_at_once()
    {
        using var output = new ScriptedOutput { IsSlow = true };
        var writer = new EventWriter(PlainForm.Of(null), () => output, _notices.Enqueue);
        for (int i = 1; i <= 400; i++)
        {
            Assert.True(writer.TryWrite(new JoinedEvent(i, "unknown", "unknown")));
        }

        // A write takes most of this, and there are several.
        await writer.FinishAsync(_last, ScriptedOutput.Slow * 1.5);

        Assert.True(output.Writes.Count > 3, $"{output.Writes.Count} writes");
        Assert.All(output.Writes, write => Assert.True(write.Length <= EventWriter.MaxAtOnce && write.EndsWith('\n'), write));
        string[] lines = [.. Lines(output).Select(Times.Remove)];
        Assert.Equal((401, "#400 joined unknown and unknown\n"), (lines.Length, lines[^2]));
        Assert.StartsWith("stopped: ", lines[^1], StringComparison.Ordinal);
        Assert.Empty(_notices);
    }

    [Theory]
    [InlineData(false, 2)]
    [InlineData(true, 3)]
    public async Task Peers_that_wait_are_told_where_that_is_asked_for_and_a_kind_without_a_form_never(bool tellsPending, int lines)
    {
        using var output = new ScriptedOutput();
        var writer = new EventWriter(PlainForm.Of(null), () => output, _notices.Enqueue) { TellsPending = tellsPending };
        Assert.True(writer.TryWrite(new ConnectionEvent(ConnectionEventKind.Pending, 0, null, null)));
        Assert.True(writer.TryWrite(new ConnectionEvent((ConnectionEventKind)99, 0, null, null)));
        Assert.True(writer.TryWrite(new ConnectionEvent(ConnectionEventKind.Joined, 1, null, null)));
        await writer.FinishAsync(_last, _patience);

        Assert.Equal(lines, Lines(output).Count());
        Assert.Empty(_notices);
    }

    [Fact]
    public async Task A_flood_of_refused_peers_leaves_room_for_those_that_are_joined()
    {
        using var output = new ScriptedOutput { IsBlocked = true };
        var writer = new EventWriter(PlainForm.Of(null), () => output, _notices.Enqueue);
        writer.Begin();
        Assert.True(writer.TryWrite(_last));
        await output.FirstWrite.InTimeAsync();
        var refused = new ConnectionEvent(ConnectionEventKind.Refused, 0, null, null, new CloseInfo(CloseReason.ConnectFailed, Side.B, null, TimeSpan.Zero));
        var joined = new ConnectionEvent(ConnectionEventKind.Joined, 1, null, null);

        int refusals = Enumerable.Range(0, 3 * EventWriter.MaxQueued).Count(_ => writer.TryWrite(refused));
        int joins = Enumerable.Range(0, 3 * EventWriter.MaxQueued).Count(_ => writer.TryWrite(joined));
        output.Unblock();
        await writer.FinishAsync(_last, _patience);

        Assert.Equal((EventWriter.MaxQueued / 2, EventWriter.MaxQueued / 2), (refusals, joins));
    }

    private static IEnumerable<string> Lines(ScriptedOutput output) => string.Concat(output.Writes).Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => $"{line}\n");

    /// <summary>An output whose reader does as the test says.</summary>
    private sealed class ScriptedOutput : MemoryStream
    {
        private readonly TaskCompletionSource _firstWrite = new();
        private readonly ManualResetEventSlim _unblocked = new();

        public List<string> Writes { get; } = [];

        public Task FirstWrite => _firstWrite.Task;

        public bool IsBlocked { get; init; }

        public bool Breaks { get; init; }

        public bool IsSlow { get; init; }

        public static TimeSpan Slow { get; } = TimeSpan.FromMilliseconds(200);

        public void Unblock() => _unblocked.Set();

        public override void Write(ReadOnlySpan<byte> buffer)
        {
            Writes.Add(Encoding.UTF8.GetString(buffer));
            _firstWrite.TrySetResult();
            if (IsBlocked)
            {
                _unblocked.Wait();
            }

            if (IsSlow)
            {
                // Nobody ever sets it: this takes its time, as the pipe of a slow reader does.
                _unblocked.Wait(Slow);
            }

            if (Breaks)
            {
                throw new IOException("Broken pipe");
            }
        }
    }
}
