using Microsoft.Extensions.Logging;
using SocketConnector.Diagnostics;
using SocketConnector.Taps;
using SocketConnector.TestKit;

namespace SocketConnector.Tests.Taps;

public sealed class TrafficLogTests
{
    [Fact]
    public async Task B61_What_flows_is_shown_with_its_direction_and_its_connection()
    {
        var log = new LogCollector();
        await using RelayedPair pair = await RelayedPair.StartAsync(
            Mode.ServerToServer, new ConnectorOptions { GracePeriod = Timeout.InfiniteTimeSpan, LogTraffic = true, LoggerFactory = log });

        await pair.A.WriteAsync("hello\n");
        await pair.B.ReadTextAsync(6);
        await pair.B.WriteAsync("\e[31mred\a");
        await pair.A.ReadTextAsync(9);

        LogEntry there = await log.FirstAsync("A -> B");
        LogEntry back = await log.FirstAsync("B -> A");
        Assert.Equal($"A -> B #{pair.Connection.Id} hello*", there.Message);
        Assert.Equal($"B -> A #{pair.Connection.Id} *[31mred*", back.Message);
        Assert.All([there, back], entry => Assert.Equal(("SocketConnector.Traffic", LogLevel.Information), (entry.Category, entry.Level)));
    }

    [Fact]
    public async Task B61_No_filter_has_it_shown_where_it_was_not_asked_for()
    {
        var log = new LogCollector();
        await using RelayedPair pair = await RelayedPair.StartAsync(
            Mode.ServerToServer, new ConnectorOptions { GracePeriod = Timeout.InfiniteTimeSpan, LoggerFactory = log });

        await pair.A.WriteAsync("secret");
        await pair.B.ReadTextAsync(6);
        pair.A.Dispose();
        pair.B.Dispose();
        await log.FirstAsync("closed: completed");

        Assert.DoesNotContain("secret", log.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task B61_What_was_asked_for_a_filter_may_refuse()
    {
        var log = new LogCollector(LogLevel.Warning);
        await using (RelayedPair pair = await RelayedPair.StartAsync(Mode.ServerToServer, Patient.Options with { LogTraffic = true, LoggerFactory = log }))
        {
            await pair.A.WriteAsync("secret");
            await pair.B.ReadTextAsync(6);
        }

        Assert.Empty(log.Entries);
    }

    [Fact]
    public void B61_Of_all_256_bytes_only_printable_ASCII_gets_through()
    {
        byte[] all = [.. Enumerable.Range(0, 256).Select(value => (byte)value)];

        string shown = TextTraffic.Printable(all);

        Assert.Equal(256, shown.Length);
        Assert.All(shown.Select((character, value) => (character, value)), at =>
            Assert.Equal(at.value is >= 0x20 and <= 0x7E ? (char)at.value : '*', at.character));
    }

    [Theory]
    [InlineData(1024, "")]
    [InlineData(1025, " (and 1 bytes more)")]
    [InlineData(65536, " (and 64512 bytes more)")]
    public void B61_A_long_chunk_is_cut_and_says_by_how_much(int length, string cut)
    {
        byte[] chunk = new byte[length];
        chunk.AsSpan().Fill((byte)'x');

        Assert.Equal(new string('x', 1024) + cut, TextTraffic.Printable(chunk));
    }

    [Theory]
    [InlineData(ConnectorLog.TrafficAToB, true, "2026-01-01 12:00:00.000 \e[92mtext\e[0m\n")]
    [InlineData(ConnectorLog.TrafficBToA, true, "2026-01-01 12:00:00.000 \e[91mtext\e[0m\n")]
    [InlineData(ConnectorLog.TrafficAToB, false, "2026-01-01 12:00:00.000 text\n")]
    [InlineData(1, true, "2026-01-01 12:00:00.000 text\n")]
    [InlineData(ConnectorLog.TrafficAsJson, true, "text\n")]
    public void B61_Traffic_is_coloured_on_a_terminal_only(int id, bool coloured, string line)
    {
        var noon = new DateTimeOffset(2026, 1, 1, 12, 0, 0, TimeSpan.Zero);

        Assert.Equal(line, StandardErrorLogger.Line(TimeStamp.Of(noon), LogLevel.Information, id, "text", null, coloured));
    }
}
