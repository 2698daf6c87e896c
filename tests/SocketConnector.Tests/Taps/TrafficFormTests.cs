using System.Text;
using System.Text.Json;
using Microsoft.Extensions.Logging.Abstractions;
using SocketConnector.Diagnostics;
using SocketConnector.Taps;
using SocketConnector.TestKit;

namespace SocketConnector.Tests.Taps;

/// <summary>Bytes in lines, without a connection.</summary>
public sealed class TrafficFormTests
{
    private static readonly DateTimeOffset _noon = new(2026, 1, 1, 12, 0, 0, TimeSpan.FromHours(2));

    [Theory]
    [InlineData(0, "hello world\n", "00000000  68 65 6c 6c 6f 20 77 6f  72 6c 64 0a              |hello world.|")]
    [InlineData(0x1f0, "GET / HTTP/1.1\r\n", "000001f0  47 45 54 20 2f 20 48 54  54 50 2f 31 2e 31 0d 0a  |GET / HTTP/1.1..|")]
    [InlineData(0x1_2345_6789, "x", "123456789  78                                                |x|")]
    public void A_row_of_the_hex_dump_is_that_of_hexdump(long offset, string text, string row) => Assert.Equal(row, HexTraffic.Row(offset, Encoding.ASCII.GetBytes(text)));

    [Fact]
    public void B61_Of_all_256_bytes_only_printable_ASCII_gets_into_a_hex_dump()
    {
        IReadOnlyList<string> rows = Shown(TrafficForm.Hex, [.. Enumerable.Range(0, 256).Select(value => (byte)value)]);

        Assert.Equal(16, rows.Count);
        Assert.Equal("A -> B #7 00001010  10 11 12 13 14 15 16 17  18 19 1a 1b 1c 1d 1e 1f  |................|", rows[1]);
        Assert.Equal("A -> B #7 00001070  70 71 72 73 74 75 76 77  78 79 7a 7b 7c 7d 7e 7f  |pqrstuvwxyz{|}~.|", rows[7]);
        Assert.All(rows, row => Assert.All(row, character => Assert.InRange(character, ' ', '~')));
    }

    [Fact]
    public void B61_JSON_has_every_byte_and_is_printable_ASCII_in_one_line()
    {
        byte[] all = [.. Enumerable.Range(0, 20_000).Select(value => (byte)(value * 251 / 3))];

        IReadOnlyList<string> lines = Shown(TrafficForm.Json, all, name: "dé\"b");

        Assert.Equal(3, lines.Count);
        var seen = new List<byte>();
        foreach (string line in lines)
        {
            // The logs of containers split longer ones.
            Assert.InRange(line.Length, 1, 16 * 1024);
            Assert.All(line, character => Assert.InRange(character, ' ', '~'));
            using var json = JsonDocument.Parse(line);
            byte[] data = json.RootElement.GetProperty("data").GetBytesFromBase64();
            Assert.Equal(
                ("2026-01-01T10:00:00.000Z", "dé\"b", "traffic", 7, "A"),
                (Text(json, "time"), Text(json, "connector"), Text(json, "event"), json.RootElement.GetProperty("id").GetInt64(), Text(json, "side")));
            Assert.Equal((0x1000 + seen.Count, data.Length), (json.RootElement.GetProperty("offset").GetInt64(), json.RootElement.GetProperty("length").GetInt32()));
            seen.AddRange(data);
        }

        Assert.Equal(all, seen);
    }

    [Fact]
    public void Its_JSON_is_as_the_page_shows_it() => Assert.Equal(
        """{"time":"2026-01-01T10:00:00.000Z","event":"traffic","id":7,"side":"A","offset":4096,"length":6,"data":"aGVsbG8K"}""",
        Assert.Single(Shown(TrafficForm.Json, "hello\n"u8)));

    [Fact]
    public void What_JSON_lacks_it_tells() => Assert.Equal(
        """{"time":"2026-01-01T10:00:00.000Z","event":"trafficGap","id":7,"side":"B","offset":5,"length":3,"reason":"dropped"}""",
        new JsonTraffic(NullLogger.Instance, 7, null).GapOf(new TrafficGap(Side.B, _noon, 5, 3), "dropped"));

    [Fact]
    public void Text_whose_amount_was_chosen_is_not_cut()
    {
        byte[] chunk = Encoding.ASCII.GetBytes(new string('x', 1024) + "yz");

        Assert.Equal([$"A -> B #7 {new string('x', 1024)}", "A -> B #7 yz"], Shown(TrafficForm.Text, chunk, first: 5000));
        Assert.Equal([$"A -> B #7 {new string('x', 1024)} (and 2 bytes more)"], Shown(TrafficForm.Text, chunk));
    }

    private static IReadOnlyList<string> Shown(TrafficForm form, ReadOnlySpan<byte> bytes, string? name = null, long? first = null)
    {
        using var log = new LogCollector();
        var options = new ConnectorOptions { Name = name, Traffic = new TrafficOptions { Form = form, First = first } };
        TrafficDisplay.Of(log.CreateLogger(ConnectorLog.TrafficCategory), 7, options).Show(new TrafficPiece(Side.A, _noon, 0x1000, bytes));
        return [.. log.Entries.Select(entry => entry.Message)];
    }

    private static string? Text(JsonDocument json, string name) => json.RootElement.GetProperty(name).GetString();
}
