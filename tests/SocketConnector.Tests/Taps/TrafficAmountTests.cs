using System.Text.Json;
using SocketConnector.Pumping;
using SocketConnector.TestKit;

namespace SocketConnector.Tests.Taps;

/// <summary>How much of the traffic the log shows.</summary>
public sealed class TrafficAmountTests
{
    [Fact]
    public async Task The_first_bytes_of_each_direction_are_shown_and_what_follows_is_copied_for_nobody()
    {
        var log = new LogCollector();
        await using RelayedPair pair = await StartAsync(log, new TrafficOptions { First = 6 });

        await pair.A.WriteAsync("hello world");
        Assert.Equal("hello world", await pair.B.ReadTextAsync(11));
        await pair.B.WriteAsync("hi");
        Assert.Equal("hi", await pair.A.ReadTextAsync(2));

        await log.FirstAsync($"#{pair.Connection.Id} no more of A is shown than its first 6 bytes");
        await log.FirstAsync($"B -> A #{pair.Connection.Id} hi");
        await log.FirstAsync($"A -> B #{pair.Connection.Id} hello ");
        Assert.False(((IFlowEnds)pair.Connection.Pair).Taps!.Sees(Side.A), "the engine copies what nobody is to see");
        Assert.True(((IFlowEnds)pair.Connection.Pair).Taps!.Sees(Side.B), "four more bytes are to be shown");
        byte[] large = new byte[1024 * 1024];
        Task writing = pair.A.WriteAsync(large);
        await pair.B.ReadAsync(large.Length);
        await writing;
        Assert.DoesNotContain("world", log.Text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task The_last_bytes_are_shown_when_the_direction_ends_or_fails(bool isInOrder)
    {
        var log = new LogCollector();
        await using RelayedPair pair = await StartAsync(log, new TrafficOptions { First = 2, Last = 3 });

        await pair.A.WriteAsync("abcdefghij");
        Assert.Equal("abcdefghij", await pair.B.ReadTextAsync(10));
        await pair.B.WriteAsync("xyz");
        Assert.Equal("xyz", await pair.A.ReadTextAsync(3));
        Assert.DoesNotContain("hij", log.Text, StringComparison.Ordinal);
        if (isInOrder)
        {
            pair.A.EndHalf();
            await log.FirstAsync(entry => entry.Message.EndsWith(" hij", StringComparison.Ordinal), "the last three bytes, while the other direction goes on");
        }

        pair.B.Reset();

        string id = $"#{pair.Connection.Id}";
        await log.FirstAsync($"B -> A {id} z");
        Assert.Equal(
            [$"A -> B {id} ab", $"{id} 5 bytes of A are left out here, and its last ones follow", $"A -> B {id} hij"],
            log.Entries.Select(entry => entry.Message).Where(message => message.Contains("A -> B", StringComparison.Ordinal) || message.Contains(" of A ", StringComparison.Ordinal)));
        Assert.Equal([$"B -> A {id} xy", $"B -> A {id} z"], log.Entries.Select(entry => entry.Message).Where(message => message.Contains("B -> A", StringComparison.Ordinal)));
    }

    [Theory]
    [InlineData(Side.A)]
    [InlineData(Side.B)]
    public async Task Of_one_side_what_it_sends_is_shown_alone(Side shown)
    {
        var log = new LogCollector();
        await using RelayedPair pair = await StartAsync(log, new TrafficOptions { Side = shown });
        Side other = shown == Side.A ? Side.B : Side.A;

        await pair[other].WriteAsync("unseen");
        Assert.Equal("unseen", await pair[shown].ReadTextAsync(6));
        await pair[shown].WriteAsync("seen");
        Assert.Equal("seen", await pair[other].ReadTextAsync(4));

        await log.FirstAsync($"{shown} -> {other} #{pair.Connection.Id} seen");
        Assert.DoesNotContain("unseen", log.Text, StringComparison.Ordinal);
        Assert.False(((IFlowEnds)pair.Connection.Pair).Taps!.Sees(other), "the engine copies what nobody is to see");
    }

    [Theory]
    [InlineData(false, 0)]
    [InlineData(true, 1)]
    public async Task A_connection_that_the_filter_refuses_or_throws_for_has_no_tap(bool throws, int warnings)
    {
        var log = new LogCollector();
        await using RelayedPair pair = await StartAsync(log, new TrafficOptions { Filter = _ => throws ? throw new InvalidOperationException("wrong on purpose") : false });

        await pair.A.WriteAsync("secret");
        Assert.Equal("secret", await pair.B.ReadTextAsync(6));

        Assert.Null(((IFlowEnds)pair.Connection.Pair).Taps);
        if (throws)
        {
            await log.FirstAsync("wrong on purpose");
        }

        Assert.Equal(warnings, log.Entries.Count(entry => entry.Message.Contains("gets no tap", StringComparison.Ordinal)));
        Assert.DoesNotContain("secret", log.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task As_JSON_the_whole_of_both_streams_can_be_put_together_again()
    {
        var log = new LogCollector();
        byte[] there = new byte[200_000], back = new byte[50_000];
        new Random(1).NextBytes(there);
        new Random(2).NextBytes(back);
        await using (RelayedPair pair = await StartAsync(log, new TrafficOptions { Form = TrafficForm.Json }))
        {
            Task writing = Task.WhenAll(pair.A.WriteAsync(there), pair.B.WriteAsync(back));
            await Task.WhenAll(pair.B.ReadAsync(there.Length), pair.A.ReadAsync(back.Length));
            await writing;
        }

        var seen = new Dictionary<string, List<byte>>(StringComparer.Ordinal) { ["A"] = [], ["B"] = [] };
        foreach (LogEntry entry in log.Entries.Where(entry => entry.Message.StartsWith('{')))
        {
            using var json = JsonDocument.Parse(entry.Message);
            List<byte> side = seen[json.RootElement.GetProperty("side").GetString()!];
            Assert.Equal(side.Count, json.RootElement.GetProperty("offset").GetInt64());
            side.AddRange(json.RootElement.GetProperty("data").GetBytesFromBase64());
        }

        Assert.Equal(there, seen["A"]);
        Assert.Equal(back, seen["B"]);
    }

    [Fact]
    public void Options_that_make_no_sense_are_refused_by_their_names()
    {
        Assert.Equal("First", Assert.Throws<ArgumentOutOfRangeException>(() => new TrafficOptions { First = 0 }).ParamName);
        Assert.Equal("Last", Assert.Throws<ArgumentOutOfRangeException>(() => new TrafficOptions { Last = 0 }).ParamName);
        Assert.Equal("Last", Assert.Throws<ArgumentOutOfRangeException>(() => new TrafficOptions { Last = TrafficOptions.MaxLast + 1 }).ParamName);
        Assert.Equal("Form", Assert.Throws<ArgumentOutOfRangeException>(() => new TrafficOptions { Form = (TrafficForm)3 }).ParamName);
        Assert.Equal("Side", Assert.Throws<ArgumentOutOfRangeException>(() => new TrafficOptions { Side = (Side)2 }).ParamName);
        Assert.Equal("Traffic", Assert.Throws<ArgumentNullException>(() => new ConnectorOptions { Traffic = null! }).ParamName);
    }

    private static Task<RelayedPair> StartAsync(LogCollector log, TrafficOptions traffic) =>
        RelayedPair.StartAsync(Mode.ServerToServer, Patient.Options with { LogTraffic = true, Traffic = traffic, LoggerFactory = log });
}
