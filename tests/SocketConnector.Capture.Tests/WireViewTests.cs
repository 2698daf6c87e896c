using System.Globalization;
using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Cryptography.X509Certificates;
using SocketConnector.TestKit;

namespace SocketConnector.Capture.Tests;

/// <summary>Beside what is relayed, what came over the wire; on the fast engine.</summary>
public sealed class FastWireViewTests() : WireViewTests(EngineChoice.Auto);

/// <summary>The same on the portable one.</summary>
public sealed class PortableWireViewTests() : WireViewTests(EngineChoice.Portable);

/// <summary>Beside what is relayed, what came over the wire, as tshark reads both.</summary>
public abstract class WireViewTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly TestAuthority _authority = new();
    private readonly X509Certificate2 _certificate;
    private readonly EngineChoice _engine;

    protected WireViewTests(EngineChoice engine) => (_engine, _certificate) = (engine, _authority.Issue("localhost"));

    public void Dispose()
    {
        _certificate.Dispose();
        _authority.Dispose();
        _folder.Dispose();
        GC.SuppressFinalize(this);
    }

    [Theory]
    [InlineData(true, false)]
    [InlineData(false, true)]
    [InlineData(true, true)]
    public async Task B131_Each_wire_is_a_conversation_of_its_own_from_its_handshake_on_beside_the_clear_one(bool onA, bool onB)
    {
        string file = _folder["both.pcapng"];
        byte[] asked = RandomBytes.Of(1, 200_000), answered = RandomBytes.Of(2, 300_000);
        (IPEndPoint Client, IPEndPoint Relay, IPEndPoint Target) ends;
        await using (PacketCapture capture = PacketCapture.ToFile(file, new CaptureOptions { View = CaptureView.Both }))
        {
            using var server = new TestServer();
            await using Connector connector = await StartAsync(server, onA, onB, Options(capture));
            using Speaker client = await ConnectAsync(connector, onA);
            using Speaker upstream = await AcceptAsync(server, onB);
            ends = ((IPEndPoint)client.Socket.LocalEndPoint!, (IPEndPoint)connector.EndPointA!, server.EndPoint);
            await ExchangeAsync(client, upstream, asked);
            await ExchangeAsync(upstream, client, answered);
            await EndAsync(client, upstream);
            await EndAsync(upstream, client);
            await connector.StopAsync(TestContext.Current.CancellationToken);
            Assert.Equal((0, 0), (capture.Dropped, capture.MissedBytes));
        }

        Assert.Empty(await Tshark.WarningsAsync(file));
        Assert.Empty(await Tshark.FieldsAsync(file, "_ws.malformed", "frame.number"));
        string[][] opened = await Tshark.FieldsAsync(file, "tcp.flags.syn == 1 && tcp.flags.ack == 0", "frame.interface_name", "tcp.stream", "tcp.srcport", "tcp.dstport");
        string[] clear = Assert.Single(opened, static line => line[0] == "clear");
        Assert.Equal([$"{ends.Client.Port}", $"{ends.Target.Port}"], clear[2..]);
        Assert.Equal(onA, opened.Any(line => line[0] == "wire" && line[2] == $"{ends.Client.Port}" && line[3] == $"{ends.Relay.Port}"));
        Assert.Equal(onB, opened.Any(line => line[0] == "wire" && line[3] == $"{ends.Target.Port}"));
        Assert.Equal((onA ? 1 : 0) + (onB ? 1 : 0) + 1, opened.Length);
        string[][] hellos = await Tshark.FieldsAsync(file, "tls.handshake.type == 1", "frame.interface_name", "tcp.stream", "frame.time_epoch");
        Assert.Equal(opened.Where(static line => line[0] == "wire").Select(static line => line[1]), hellos.Select(static line => line[1]));
        Assert.All(hellos, static line => Assert.Equal("wire", line[0]));
        (byte[] one, byte[] other) = await Tshark.FollowAsync(file, int.Parse(clear[1], CultureInfo.InvariantCulture));
        Assert.Equal(asked, one);
        Assert.Equal(answered, other);
        foreach (string[] wire in hellos)
        {
            // Each record adds something to what it carries.
            (one, other) = await Tshark.FollowAsync(file, int.Parse(wire[1], CultureInfo.InvariantCulture));
            Assert.InRange(one.Length, asked.Length + 100, asked.Length + 20_000);
            Assert.InRange(other.Length, answered.Length + 100, answered.Length + 20_000);
        }

        await AssertInOrderAsync(file, hellos);
    }

    [Fact]
    public async Task B131_The_wire_of_a_connection_that_is_captured_from_its_middle_begins_there()
    {
        string file = _folder["middle.pcapng"];
        using var server = new TestServer();
        await using Connector connector = await StartAsync(server, true, true, Options(null));
        using Speaker client = await ConnectAsync(connector, true);
        using Speaker upstream = await AcceptAsync(server, true);
        await ExchangeAsync(client, upstream, "before"u8.ToArray());
        await using (PacketCapture capture = PacketCapture.ToFile(file, new CaptureOptions { View = CaptureView.Both }))
        {
            Assert.NotNull(capture.Attach(Assert.Single(connector.GetConnections())));
            await ExchangeAsync(client, upstream, RandomBytes.Of(1, 100_000));
            await ExchangeAsync(upstream, client, RandomBytes.Of(2, 100_000));
            await EndAsync(client, upstream);
            await EndAsync(upstream, client);
            await connector.StopAsync(TestContext.Current.CancellationToken);
        }

        Assert.Empty(await Tshark.WarningsAsync(file));
        Assert.Empty(await Tshark.FieldsAsync(file, "tcp.flags.syn == 1", "frame.number"));
        string[] told = [.. (await Tshark.FieldsAsync(file, "frame.comment", "frame.comment")).Select(static line => line[0])];
        Assert.Equal(3, told.Count(static comment => comment.EndsWith("captured from here on", StringComparison.Ordinal)));
        Assert.Equal(2, told.Count(static comment => comment.Contains("wire of", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task B131_The_wire_of_a_new_connection_begins_behind_its_handshake_where_that_was_not_kept()
    {
        string file = _folder["late.pcapng"];
        await using (PacketCapture capture = PacketCapture.ToFile(file, new CaptureOptions { View = CaptureView.Both }))
        {
            using var server = new TestServer();
            await using Connector connector = await StartAsync(server, true, false, Options(null));
            using IDisposable attached = connector.AttachToNew(capture.NewTap);
            using Speaker client = await ConnectAsync(connector, true);
            using Speaker upstream = await AcceptAsync(server, false);
            await ExchangeAsync(client, upstream, "hello"u8.ToArray());
            await EndAsync(client, upstream);
            await EndAsync(upstream, client);
            await connector.StopAsync(TestContext.Current.CancellationToken);
        }

        Assert.Empty(await Tshark.WarningsAsync(file));
        Assert.Equal("clear", Assert.Single(await Tshark.FieldsAsync(file, "tcp.flags.syn == 1 && tcp.flags.ack == 0", "frame.interface_name"))[0]);
        Assert.Contains(await Tshark.FieldsAsync(file, "frame.interface_name == wire && frame.comment", "frame.comment"), static line => line[0].EndsWith("captured from here on", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData(true, "wire")]
    [InlineData(false, "clear")]
    public async Task B131_The_wire_alone_leaves_out_what_is_decrypted_and_a_connection_without_TLS_is_clear_in_any_case(bool overTls, string expected)
    {
        string file = _folder["wire.pcapng"];
        await using (PacketCapture capture = PacketCapture.ToFile(file, new CaptureOptions { View = CaptureView.Wire }))
        {
            using var server = new TestServer();
            await using Connector connector = await StartAsync(server, overTls, false, Options(capture));
            using Speaker client = await ConnectAsync(connector, overTls);
            using Speaker upstream = await AcceptAsync(server, false);
            await ExchangeAsync(client, upstream, "in plain view"u8.ToArray());
            await EndAsync(client, upstream);
            await EndAsync(upstream, client);
            await connector.StopAsync(TestContext.Current.CancellationToken);
        }

        Assert.Empty(await Tshark.WarningsAsync(file));
        Assert.All(await Tshark.FieldsAsync(file, "tcp", "frame.interface_name"), line => Assert.Equal(expected, line[0]));
        byte[] written = await File.ReadAllBytesAsync(file, TestContext.Current.CancellationToken);
        Assert.Equal(overTls ? -1 : 0, Math.Min(0, written.AsSpan().IndexOf("in plain view"u8)));
    }

    [Fact]
    public async Task B131_A_peer_that_resets_a_wire_does_so_in_the_capture_and_the_relay_resets_the_other()
    {
        string file = _folder["reset.pcapng"];
        int port, target;
        await using (PacketCapture capture = PacketCapture.ToFile(file, new CaptureOptions { View = CaptureView.Wire }))
        {
            using var server = new TestServer();
            await using Connector connector = await StartAsync(server, true, true, Options(capture));
            using Speaker client = await ConnectAsync(connector, true);
            using Speaker upstream = await AcceptAsync(server, true);
            (port, target) = (((IPEndPoint)client.Socket.LocalEndPoint!).Port, server.Port);
            await ExchangeAsync(client, upstream, "x"u8.ToArray());
            Connection connection = Assert.Single(connector.GetConnections());
            client.Socket.Close(0);
            await connection.Completion.InTimeAsync();
            await connector.StopAsync(TestContext.Current.CancellationToken);
        }

        string[][] resets = await Tshark.FieldsAsync(file, "tcp.flags.reset == 1", "tcp.srcport", "tcp.dstport");
        Assert.Equal(2, resets.Length);
        Assert.Single(resets, line => line[0] == $"{port}");
        Assert.Single(resets, line => line[1] == $"{target}");
    }

    /// <summary>Each conversation by its times, and no handshake behind what was relayed.</summary>
    private static async Task AssertInOrderAsync(string file, string[][] hellos)
    {
        string[][] packets = await Tshark.FieldsAsync(file, "tcp", "tcp.stream", "frame.time_epoch", "frame.interface_name");
        foreach (IGrouping<string, decimal> times in packets.GroupBy(static line => line[0], static line => decimal.Parse(line[1], CultureInfo.InvariantCulture)))
        {
            Assert.Equal(times.Order(), times);
        }

        decimal joined = decimal.Parse(packets.First(static line => line[2] == "clear")[1], CultureInfo.InvariantCulture);
        Assert.All(hellos, line => Assert.True(decimal.Parse(line[2], CultureInfo.InvariantCulture) < joined, "a hello comes before the two are joined"));
    }

    private static async Task ExchangeAsync(Speaker from, Speaker to, byte[] bytes)
    {
        byte[] read = new byte[bytes.Length];
        Task reading = to.Stream.ReadExactlyAsync(read).AsTask();
        await from.Stream.WriteAsync(bytes, TestContext.Current.CancellationToken);
        await reading.InTimeAsync();
        Assert.Equal(bytes, read);
    }

    private static async Task EndAsync(Speaker one, Speaker other)
    {
        if (one.Stream is SslStream tls)
        {
            await tls.ShutdownAsync().InTimeAsync();
        }

        one.Socket.Shutdown(SocketShutdown.Send);
        Assert.Equal(0, await other.Stream.ReadAsync(new byte[1], TestContext.Current.CancellationToken).AsTask().InTimeAsync());
    }

    private ConnectorOptions Options(PacketCapture? capture) => new()
    {
        NewTap = capture is null ? null : capture.NewTap,
        KeepHandshakes = capture is not null,
        GracePeriod = Timeout.InfiniteTimeSpan,
        Engine = _engine,
    };

    private Task<Connector> StartAsync(TestServer server, bool onA, bool onB, ConnectorOptions options) => Connector.ServerToSocketAsync(
        new ListenOptions(IPAddress.Loopback, 0) { Tls = onA ? new TlsListenOptions(new SslServerAuthenticationOptions { ServerCertificate = _certificate }) : null },
        new ConnectOptions(server.EndPoint) { Tls = onB ? new TlsConnectOptions(new SslClientAuthenticationOptions { TargetHost = "localhost", CertificateChainPolicy = _authority.Trust }) : null },
        options,
        TestContext.Current.CancellationToken);

    private async Task<Speaker> ConnectAsync(Connector connector, bool overTls)
    {
        if (overTls)
        {
            TlsPeer peer = await TlsPeer.ConnectAsync(connector.EndPointA!, _authority);
            return new Speaker(peer.Stream, peer.Peer.Socket);
        }

        TestPeer plain = await TestPeer.ConnectAsync(connector.EndPointA!);
        return new Speaker(new NetworkStream(plain.Socket), plain.Socket);
    }

    private async Task<Speaker> AcceptAsync(TestServer server, bool overTls)
    {
        TestPeer plain = await server.AcceptAsync();
        return overTls ? new Speaker((await TlsPeer.AcceptAsync(plain, _certificate)).Stream, plain.Socket) : new Speaker(new NetworkStream(plain.Socket), plain.Socket);
    }

    /// <summary>A peer, over TLS or not.</summary>
    private sealed record Speaker(Stream Stream, Socket Socket) : IDisposable
    {
        public void Dispose()
        {
            Stream.Dispose();
            Socket.Dispose();
        }
    }
}
