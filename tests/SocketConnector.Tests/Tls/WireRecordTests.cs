using SocketConnector.Sockets;
using SocketConnector.TestKit;
using SocketConnector.Tls;

namespace SocketConnector.Tests.Tls;

/// <summary>What is kept of a wire until somebody sees it.</summary>
public sealed class WireRecordTests
{
    [Fact]
    public void What_was_kept_is_shown_once_in_order_with_its_times_and_what_follows_with_none()
    {
        var clock = new ManualClock();
        var record = new WireRecord(clock);
        var sink = new Sink();
        DateTimeOffset first = clock.GetUtcNow();
        record.Passed(isSent: false, "hello"u8);
        clock.Advance(TimeSpan.FromSeconds(1));
        record.Passed(isSent: true, "welcome"u8);
        record.Ended(isSent: false);
        record.ShowTo(sink);
        record.ShowTo(sink);
        record.Passed(isSent: true, "late"u8);
        record.Ended(isSent: true);
        record.Ended(isSent: true);
        Assert.Equal([$"in 5 {first:O}", $"out 7 {first.AddSeconds(1):O}", "in end", "out 4 ", "out end"], sink.Told);
    }

    [Fact]
    public void What_does_not_fit_is_missed_in_one_piece_of_each_direction()
    {
        var record = new WireRecord(TimeProvider.System);
        var sink = new Sink();
        record.Passed(isSent: false, new byte[WireRecord.MaxKept - (2 * WireRecord.PieceOverhead) - 10]);
        record.Passed(isSent: false, new byte[11]);
        record.Passed(isSent: false, new byte[5]);
        record.Passed(isSent: true, new byte[10]);
        record.ShowTo(sink);
        Assert.Equal(["in", "out"], sink.Told.Take(2).Select(static told => told.Split(' ')[0]));
        Assert.Equal(["in missed 16"], sink.Told.Skip(2));
    }

    private sealed class Sink : IWireSink
    {
        public List<string> Told { get; } = [];

        public void Show(bool isSent, ReadOnlySpan<byte> bytes, DateTimeOffset? when = null) => Told.Add($"{Way(isSent)} {bytes.Length} {when:O}");

        public void Miss(bool isSent, long count) => Told.Add($"{Way(isSent)} missed {count}");

        public void ShowEnd(bool isSent) => Told.Add($"{Way(isSent)} end");

        private static string Way(bool isSent) => isSent ? "out" : "in";
    }
}
