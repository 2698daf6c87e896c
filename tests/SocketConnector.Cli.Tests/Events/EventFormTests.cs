using System.Buffers;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;
using SocketConnector.Cli.Events;
using SocketConnector.Cli.Tests.Processes;

namespace SocketConnector.Cli.Tests.Events;

public sealed class EventFormTests
{
    private static readonly IPEndPoint _a = new(IPAddress.Loopback, 53412);
    private static readonly IPEndPoint _b = new(IPAddress.Loopback, 53414);

    [Fact]
    public void B70_Listening() => Told(
        new ListeningEvent(Side.A, new IPEndPoint(IPAddress.Loopback, 41233)),
        "side A listening on 127.0.0.1:41233",
        """{"event":"listening","side":"A","endPoint":"127.0.0.1:41233"}""");

    [Fact]
    public void B70_Joined() => Told(
        Joined(1, _a, _b),
        "#1 joined 127.0.0.1:53412 and 127.0.0.1:53414",
        """{"event":"joined","id":1,"a":"127.0.0.1:53412","b":"127.0.0.1:53414"}""");

    [Fact]
    public void B70_A_Unix_socket_is_written_as_on_the_command_line() => Told(
        Joined(2, new UnixDomainSocketEndPoint("/run/app.sock"), null),
        "#2 joined unix:/run/app.sock and unknown",
        """{"event":"joined","id":2,"a":"unix:/run/app.sock","b":"unknown"}""");

    [Fact]
    public void B70_A_Unix_socket_with_a_comma_is_quoted_and_a_client_without_a_name_shown_as_such() => Told(
        new JoinedEvent(2, EndPointName.Of(new UnixDomainSocketEndPoint("/run/a,\"b\".sock")), "unix:(pid 4711, user 1000)"),
        "#2 joined unix:\"/run/a,\"\"b\"\".sock\" and unix:(pid 4711, user 1000)",
        """{"event":"joined","id":2,"a":"unix:\u0022/run/a,\u0022\u0022b\u0022\u0022.sock\u0022","b":"unix:(pid 4711, user 1000)"}""");

    [Fact]
    public void B70_An_abstract_Unix_socket_is_told_from_a_file_of_that_name() => Told(
        Joined(2, new UnixDomainSocketEndPoint("\0app"), new UnixDomainSocketEndPoint("@app")),
        "#2 joined unix:@app and unix:./@app",
        """{"event":"joined","id":2,"a":"unix:@app","b":"unix:./@app"}""");

    [Fact]
    public void B70_Whom_a_verifier_has_found_a_peer_to_be_is_told_where_it_has() => Told(
        Joined(1, _a, _b) with { IdentityB = "bob\n\e[2J" },
        @"#1 joined 127.0.0.1:53412 and 127.0.0.1:53414 (bob\n\x1b[2J)",
        """{"event":"joined","id":1,"a":"127.0.0.1:53412","b":"127.0.0.1:53414","identityB":"bob\n\u001B[2J"}""");

    [Fact]
    public void B70_Closed() => Told(
        new ClosedEvent(1, CloseReason.Completed, Side.A, 12, 5, TimeSpan.FromMilliseconds(37.9)),
        "#1 closed: completed by side A, 12 bytes A to B, 5 bytes B to A, 37 ms",
        """{"event":"closed","id":1,"reason":"completed","side":"A","bytesAToB":12,"bytesBToA":5,"durationMs":37}""");

    [Fact]
    public void B70_Closed_by_nobody() => Told(
        new ClosedEvent(1, CloseReason.Aborted, null, 1, 0, TimeSpan.Zero),
        "#1 closed: aborted, 1 byte A to B, 0 bytes B to A, 0 ms",
        """{"event":"closed","id":1,"reason":"aborted","side":null,"bytesAToB":1,"bytesBToA":0,"durationMs":0}""");

    [Theory]
    [InlineData(CloseReason.PeerReset, "reset by side B", "peerReset")]
    [InlineData(CloseReason.HalfCloseTimeout, "half-close timeout on side B", "halfCloseTimeout")]
    [InlineData(CloseReason.TransformFailed, "transform failed on side B", "transformFailed")]
    [InlineData((CloseReason)99, "reason 99 on side B", "reason99")]
    public void B70_Every_reason_has_its_words(CloseReason reason, string plain, string json) => Told(
        new ClosedEvent(9, reason, Side.B, 0, 0, TimeSpan.Zero),
        $"#9 closed: {plain}, 0 bytes A to B, 0 bytes B to A, 0 ms",
        $$"""{"event":"closed","id":9,"reason":"{{json}}","side":"B","bytesAToB":0,"bytesBToA":0,"durationMs":0}""");

    [Fact]
    public void B70_A_failure_says_what_lies_behind_it() => Told(
        new ClosedEvent(1, CloseReason.PeerReset, Side.A, 1, 0, TimeSpan.Zero) { Detail = "Connection reset by peer" },
        "#1 closed: reset by side A, 1 byte A to B, 0 bytes B to A, 0 ms: Connection reset by peer",
        """{"event":"closed","id":1,"reason":"peerReset","side":"A","bytesAToB":1,"bytesBToA":0,"durationMs":0,"detail":"Connection reset by peer"}""");

    [Theory]
    [InlineData("127.0.0.1:53412", null, "A 127.0.0.1:53412", "\"127.0.0.1:53412\"", "null")]
    [InlineData(null, "127.0.0.1:53414", "B 127.0.0.1:53414", "null", "\"127.0.0.1:53414\"")]
    public void B70_A_peer_that_waits(string? a, string? b, string plain, string jsonA, string jsonB) => Told(
        new PendingEvent(a, b),
        $"{plain} waits for a partner",
        $$"""{"event":"pending","a":{{jsonA}},"b":{{jsonB}}}""");

    [Fact]
    public void B70_A_peer_that_was_never_joined() => Told(
        new RefusedEvent(CloseReason.ConnectFailed, Side.B, "127.0.0.1:53412", null, "Cannot connect to 127.0.0.1:1: connection refused"),
        "A 127.0.0.1:53412 closed before it was joined: connect failed on side B: Cannot connect to 127.0.0.1:1: connection refused",
        """{"event":"refused","reason":"connectFailed","side":"B","a":"127.0.0.1:53412","b":null,"detail":"Cannot connect to 127.0.0.1:1: connection refused"}""");

    [Fact]
    public void B70_Two_peers_that_were_never_joined() => Told(
        new RefusedEvent(CloseReason.Aborted, null, "127.0.0.1:1", "127.0.0.1:2", null),
        "A 127.0.0.1:1 and B 127.0.0.1:2 closed before they were joined: aborted",
        """{"event":"refused","reason":"aborted","side":null,"a":"127.0.0.1:1","b":"127.0.0.1:2","detail":null}""");

    [Fact]
    public void B70_An_event_carries_its_time_for_people_in_their_zone_and_for_programs_in_UTC()
    {
        var time = new DateTimeOffset(2026, 11, 24, 13, 51, 26, 676, TimeSpan.FromHours(2));
        RelayEvent stopped = new StoppedEvent(0, 0, 0) { Time = time };
        string local = time.ToLocalTime().ToString("yyyy-MM-dd HH:mm:ss.fff", CultureInfo.InvariantCulture);

        Assert.StartsWith($"{local} stopped: ", Written(PlainForm.Of(null), stopped), StringComparison.Ordinal);
        Assert.StartsWith("""{"time":"2026-11-24T11:51:26.676Z","event":"stopped",""", Written(JsonForm.Of(null), stopped), StringComparison.Ordinal);
    }

    [Fact]
    public void B70_Where_the_connector_has_a_name_each_event_carries_it()
    {
        var time = new DateTimeOffset(2026, 11, 24, 13, 51, 26, 676, TimeSpan.Zero);
        RelayEvent stopped = new StoppedEvent(0, 0, 0) { Time = time };
        string local = time.ToLocalTime().ToString("yyyy-MM-dd HH:mm:ss.fff", CultureInfo.InvariantCulture);

        Assert.StartsWith($"{local} [db] stopped: ", Written(PlainForm.Of("db"), stopped), StringComparison.Ordinal);
        Assert.StartsWith("""{"time":"2026-11-24T13:51:26.676Z","connector":"db","event":"stopped",""", Written(JsonForm.Of("db"), stopped), StringComparison.Ordinal);
    }

    [Fact]
    public void B70_Stopped() => Told(
        new StoppedEvent(1, 12, 5),
        "stopped: 1 socket pair, 12 bytes A to B, 5 bytes B to A",
        """{"event":"stopped","socketPairs":1,"bytesAToB":12,"bytesBToA":5}""");

    [Fact]
    public void A_peer_s_path_cannot_break_the_line_or_the_terminal() => Told(
        Joined(1, new UnixDomainSocketEndPoint("/tmp/x\n#2 joined\e[2J"), _b),
        @"#1 joined unix:/tmp/x\n#2 joined\x1b[2J and 127.0.0.1:53414",
        """{"event":"joined","id":1,"a":"unix:/tmp/x\n#2 joined\u001B[2J","b":"127.0.0.1:53414"}""");

    [Fact]
    public void B100_No_event_breaks_its_line_whatever_is_in_it()
    {
        const string Text = "x\e[2J\n#7 closed\r\u202e\0\u009b31m\u2028\u200f\u007f\ud800z\udc00";
        var path = new UnixDomainSocketEndPoint(Text[..Text.IndexOf('\0', StringComparison.Ordinal)]);
        RelayEvent[] all =
        [
            new ListeningEvent(Side.A, path),
            Joined(1, path, path) with { IdentityA = Text, IdentityB = Text },
            new JoinedEvent(1, Text, Text),
            new ClosedEvent(1, CloseReason.TlsFailed, Side.A, 0, 0, TimeSpan.Zero) { Detail = Text },
            new PendingEvent(Text, null),
            new PendingEvent(null, Text),
            new RefusedEvent(CloseReason.AuthRejected, Side.B, Text, Text, Text),
            new StoppedEvent(0, 0, 0),
        ];
        Assert.All(all, happened =>
        {
            string plain = Written(PlainForm.Of(null), happened), json = Written(JsonForm.Of(null), happened);
            Assert.Equal(plain, LegibleText.Of(plain));
            Assert.All(json, character => Assert.InRange(character, ' ', '~'));
            using var parsed = System.Text.Json.JsonDocument.Parse(json);
        });
        Assert.Equal(typeof(RelayEvent).Assembly.GetTypes().Count(type => type.BaseType == typeof(RelayEvent)), all.DistinctBy(happened => happened.GetType()).Count());
    }

    private static void Told(RelayEvent happened, string plain, string json)
    {
        Assert.Equal(plain, Times.Remove(Written(PlainForm.Of(null), happened)));
        Assert.Equal(json, Times.Remove(Written(JsonForm.Of(null), happened)));
    }

    private static JoinedEvent Joined(long id, EndPoint? a, EndPoint? b) => new(id, EndPointName.Of(a), EndPointName.Of(b));

    private static string Written(Action<RelayEvent, IBufferWriter<byte>> form, RelayEvent happened)
    {
        var line = new ArrayBufferWriter<byte>();
        form(happened, line);
        return Encoding.UTF8.GetString(line.WrittenSpan);
    }
}
