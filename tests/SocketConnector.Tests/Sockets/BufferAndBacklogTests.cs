using System.Globalization;
using System.Net;
using SocketConnector.TestKit;

namespace SocketConnector.Tests.Sockets;

public sealed class BufferAndBacklogTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(37)]
    [InlineData(512)]
    public async Task B51_The_backlog_is_that_of_each_side(int backlog)
    {
        await using Connector connector = await Connector.ServerToServerAsync(
            new ListenOptions(IPAddress.Loopback, 0) { Backlog = backlog },
            new ListenOptions(IPAddress.Loopback, 0),
            Patient.Options,
            TestContext.Current.CancellationToken);
        Assert.Equal(backlog, ListenBacklog.Of(Inside.ListenerOf(connector, Side.A)).Size);
        Assert.Equal(512, ListenBacklog.Of(Inside.ListenerOf(connector, Side.B)).Size);
    }

    [Theory]
    [InlineData(1024, false)]
    [InlineData(1_000_000, false)]
    [InlineData(1024, true)]
    public async Task B51_No_more_than_the_buffer_size_is_moved_at_a_time(int bufferSize, bool isTransformed)
    {
        using var log = new LogCollector();
        byte[] much = RandomBytes.Of(51, 64 * 1024);
        await using RelayedPair pair = await RelayedPair.StartAsync(
            Mode.ServerToServer,
            Patient.Options with { Engine = EngineChoice.Portable, BufferSize = bufferSize, LogTraffic = true, LoggerFactory = log },
            a: new SideOptions { Transformer = isTransformed ? Transformers.FromStream(inner => inner) : null });
        await pair.A.WriteAsync(much);
        Assert.Equal(much, await pair.B.ReadAsync(much.Length));
        int[] chunks = [];
        await Eventually.TrueAsync(
            () => (chunks = [.. log.Entries.Where(entry => entry.Category == "SocketConnector.Traffic").Select(entry => BytesIn(entry.Message))]).Sum() == much.Length,
            explain: () => $"chunks of {string.Join(", ", chunks)}");
        Assert.True(chunks.Max() <= bufferSize, $"chunks of {string.Join(", ", chunks)}");
        Assert.True(bufferSize == 1024 || chunks.Max() > 1024, $"chunks of {string.Join(", ", chunks)}");
    }

    /// <summary>How many bytes a line of traffic ("A -> B #1 text (and 5 bytes more)") stands for.</summary>
    private static int BytesIn(string message)
    {
        const string More = " (and ";
        string fromId = message[message.IndexOf('#', StringComparison.Ordinal)..];
        string text = fromId[(fromId.IndexOf(' ', StringComparison.Ordinal) + 1)..];
        int cut = text.EndsWith(" bytes more)", StringComparison.Ordinal) ? text.LastIndexOf(More, StringComparison.Ordinal) : -1;
        return cut < 0 ? text.Length : cut + int.Parse(text[(cut + More.Length)..].Split(' ')[0], CultureInfo.InvariantCulture);
    }
}
