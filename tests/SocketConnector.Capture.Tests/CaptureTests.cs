using System.Net;
using System.Net.Sockets;
using System.Text;
using SocketConnector.TestKit;

namespace SocketConnector.Capture.Tests;

/// <summary>What tshark finds in a capture of connections of the fast engine.</summary>
public sealed class FastCaptureTests() : CaptureTests(EngineChoice.Auto);

/// <summary>The same of the portable one.</summary>
public sealed class PortableCaptureTests() : CaptureTests(EngineChoice.Portable);

/// <summary>What tshark finds in a capture of real connections.</summary>
public abstract class CaptureTests(EngineChoice engine) : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose()
    {
        _folder.Dispose();
        GC.SuppressFinalize(this);
    }

    [Fact]
    public async Task B131_A_conversation_is_followed_to_the_bytes_that_were_relayed_between_its_real_ends()
    {
        string file = _folder["one.pcapng"];
        (IPEndPoint client, IPEndPoint target) ends;
        await using (PacketCapture capture = PacketCapture.ToFile(file))
        {
            ends = await ConverseAsync(capture);
        }

        Assert.Empty(await Tshark.WarningsAsync(file));
        string[][] packets = await Tshark.FieldsAsync(file, "tcp", "ip.src", "tcp.srcport", "ip.dst", "tcp.dstport", "tcp.flags.str");
        Assert.Equal(["127.0.0.1", $"{ends.client.Port}", "127.0.0.1", $"{ends.target.Port}"], packets[0][..4]);
        Assert.Contains("S", packets[0][4], StringComparison.Ordinal);
        Assert.Equal(2, packets.Count(static packet => packet[4].Contains('F', StringComparison.Ordinal)));
        Assert.DoesNotContain(packets, static packet => packet[4].Contains('R', StringComparison.Ordinal));
        (byte[] asked, byte[] answered) = await Tshark.FollowAsync(file, 0);
        Assert.Equal(("question", "answer, and late"), (Encoding.ASCII.GetString(asked), Encoding.ASCII.GetString(answered)));
    }

    [Fact]
    public async Task B131_Comments_tell_which_connection_it_was_and_why_it_closed()
    {
        string file = _folder["told.pcapng"];
        await using (PacketCapture capture = PacketCapture.ToFile(file))
        {
            await ConverseAsync(capture);
        }

        string[] comments = [.. (await Tshark.FieldsAsync(file, "frame.comment", "frame.comment")).Select(static line => line[0])];
        Assert.Matches(@"^#\d+ joined: A 127\.0\.0\.1:\d+, B 127\.0\.0\.1:\d+$", comments[0]);
        Assert.Matches(@"^#\d+ closed: completed, by side A after [\d.]+ s$", comments[^1]);
    }

    [Fact]
    public async Task B131_A_reset_is_a_reset_of_the_side_that_caused_it()
    {
        string file = _folder["reset.pcapng"];
        int port;
        await using (PacketCapture capture = PacketCapture.ToFile(file))
        {
            using var server = new TestServer();
            await using Connector connector = await StartAsync(new ListenOptions(IPAddress.Loopback, 0), server.EndPoint, capture);
            using TestPeer client = await TestPeer.ConnectAsync(connector.EndPointA!);
            port = ((IPEndPoint)client.LocalEndPoint).Port;
            using TestPeer upstream = await server.AcceptAsync();
            await client.WriteAsync("x");
            await upstream.ReadAsync(1);
            Connection connection = Assert.Single(connector.GetConnections());
            client.Reset();
            await connection.Completion.InTimeAsync();
            await connector.StopAsync(TestContext.Current.CancellationToken);
        }

        string[] reset = Assert.Single(await Tshark.FieldsAsync(file, "tcp.flags.reset == 1", "tcp.srcport", "frame.comment"));
        Assert.Equal($"{port}", reset[0]);
        Assert.Contains("closed: peerReset, by side A", reset[1], StringComparison.Ordinal);
    }

    [Fact]
    public async Task B131_A_Unix_socket_has_an_address_of_the_documented_range_and_its_path_for_a_name()
    {
        string file = _folder["unix.pcapng"];
        string path = _folder["a b.sock"];
        await using (PacketCapture capture = PacketCapture.ToFile(file))
        {
            using var server = new TestServer();
            await using Connector connector = await StartAsync(new ListenOptions(new UnixDomainSocketEndPoint(path)), server.EndPoint, capture);
            using TestPeer client = await TestPeer.ConnectAsync(new UnixDomainSocketEndPoint(path));
            using TestPeer upstream = await server.AcceptAsync();
            await client.WriteAsync("hello");
            Assert.Equal("hello", await upstream.ReadTextAsync(5));
            client.EndHalf();
            Assert.Empty(await upstream.ReadToEndAsync());
            upstream.EndHalf();
            Assert.Empty(await client.ReadToEndAsync());
            await connector.StopAsync(TestContext.Current.CancellationToken);
        }

        Assert.Empty(await Tshark.WarningsAsync(file));
        string[][] first = await Tshark.FieldsAsync(file, "tcp.flags.syn == 1 && tcp.flags.ack == 0", "ip.src");
        Assert.StartsWith("198.18.", first[0][0], StringComparison.Ordinal);
        Assert.Contains("unix:", await Tshark.ReadAsync(file, "-N", "n", "-q", "-z", "hosts,ip"), StringComparison.Ordinal);
        (byte[] said, _) = await Tshark.FollowAsync(file, 0);
        Assert.Equal("hello", Encoding.ASCII.GetString(said));
    }

    [Fact]
    public async Task B130_Where_the_capture_ends_its_taps_are_gone_and_the_connections_go_on()
    {
        using var server = new TestServer();
        int redacted = 0;
        PacketCapture capture = PacketCapture.ToStream(new MemoryStream(), new CaptureOptions { Redact = (_, _, _) => Interlocked.Increment(ref redacted) });
        await using Connector connector = await StartAsync(new ListenOptions(IPAddress.Loopback, 0), server.EndPoint, capture);
        using TestPeer client = await TestPeer.ConnectAsync(connector.EndPointA!);
        using TestPeer upstream = await server.AcceptAsync();
        await client.WriteAsync("x");
        Assert.Equal("x", await upstream.ReadTextAsync(1));
        await Eventually.TrueAsync(() => Volatile.Read(ref redacted) == 1);
        Connection connection = Assert.Single(connector.GetConnections());
        Assert.Null(capture.Attach(connection));
        await capture.DisposeAsync().AsTask().InTimeAsync();
        Assert.Null(capture.Attach(connection));
        await client.WriteAsync("y");
        Assert.Equal("y", await upstream.ReadTextAsync(1));
        Assert.Equal(1, redacted);
    }

    [Fact]
    public async Task B131_A_capture_that_begins_in_the_middle_has_what_came_since()
    {
        string file = _folder["middle.pcapng"];
        using var server = new TestServer();
        await using Connector connector = await StartAsync(new ListenOptions(IPAddress.Loopback, 0), server.EndPoint, null);
        using TestPeer client = await TestPeer.ConnectAsync(connector.EndPointA!);
        using TestPeer upstream = await server.AcceptAsync();
        await client.WriteAsync("before");
        await upstream.ReadAsync(6);
        Connection connection = Assert.Single(connector.GetConnections());
        byte[] many = RandomBytes.Of(7, 3_000_000);
        long seen = 0;
        await using (PacketCapture capture = PacketCapture.ToFile(file, new CaptureOptions { Redact = (_, _, bytes) => Interlocked.Add(ref seen, bytes.Length) }))
        {
            capture.Attach(connection)!.Dispose();
            using (capture.Attach(connection)!)
            {
                Assert.Null(capture.Attach(connection));
                Task<byte[]> reading = upstream.ReadAsync(many.Length);
                for (int at = 0; at < many.Length; at += 100_000)
                {
                    // No faster than the capture is sure to see it, and to the last byte: what waits for a tap is dropped with it.
                    await client.WriteAsync(many.AsMemory(at, 100_000));
                    long sent = at + 100_000;
                    await Eventually.TrueAsync(() => Volatile.Read(ref seen) == sent, explain: () => $"{Volatile.Read(ref seen)} of {sent} bytes");
                }

                Assert.Equal(many, await reading);
            }
        }

        await client.WriteAsync("after");
        Assert.Equal("after", await upstream.ReadTextAsync(5));
        Assert.Empty(await Tshark.WarningsAsync(file));
        (byte[] one, byte[] other) = await Tshark.FollowAsync(file, 0);
        Assert.Equal(many, one.Length > 0 ? one : other);
    }

    private async Task<(IPEndPoint Client, IPEndPoint Target)> ConverseAsync(PacketCapture capture)
    {
        using var server = new TestServer();
        await using Connector connector = await StartAsync(new ListenOptions(IPAddress.Loopback, 0), server.EndPoint, capture);
        using TestPeer client = await TestPeer.ConnectAsync(connector.EndPointA!);
        using TestPeer upstream = await server.AcceptAsync();
        await client.WriteAsync("question");
        Assert.Equal("question", await upstream.ReadTextAsync(8));
        await upstream.WriteAsync("answer");
        Assert.Equal("answer", await client.ReadTextAsync(6));
        client.EndHalf();
        Assert.Empty(await upstream.ReadToEndAsync());
        await upstream.WriteAsync(", and late");
        Assert.Equal(", and late", await client.ReadTextAsync(10));
        upstream.EndHalf();
        Assert.Empty(await client.ReadToEndAsync());
        await connector.StopAsync(TestContext.Current.CancellationToken);
        return ((IPEndPoint)client.LocalEndPoint, (IPEndPoint)server.EndPoint);
    }

    private Task<Connector> StartAsync(ListenOptions listen, EndPoint target, PacketCapture? capture) => Connector.ServerToSocketAsync(
        listen,
        new ConnectOptions(target),
        new ConnectorOptions { NewTap = capture is null ? null : capture.NewTap, GracePeriod = Timeout.InfiniteTimeSpan, Engine = engine },
        TestContext.Current.CancellationToken);
}
