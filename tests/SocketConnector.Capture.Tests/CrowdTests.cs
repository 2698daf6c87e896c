using System.Buffers.Binary;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using SocketConnector.TestKit;

namespace SocketConnector.Capture.Tests;

/// <summary>A capture of many connections of all kinds at once.</summary>
public sealed class CrowdTests : IDisposable
{
    private const int Count = 1000;
    private const int Kinds = 5;
    private const int AtOnce = 24;

    // Ports and bytes are random, and would be taken for some protocol now and then.
    private static readonly string[] _tcpAlone = ["-d", "tcp.port==1-65535,data"];

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task B131_A_thousand_connections_are_each_followed_to_their_bytes()
    {
        Assert.SkipUnless(Socket.OSSupportsIPv6, "there is no IPv6");
        string file = _folder["crowd.pcapng"];
        await using (PacketCapture capture = PacketCapture.ToFile(file))
        {
            await ConverseAsync(capture).InTimeAsync(TimeSpan.FromSeconds(60), $"{Count} connections");

            // All of it together is less than the queue takes.
            Assert.Equal((0, 0), (capture.Dropped, capture.MissedBytes));
        }

        Assert.Empty(await Tshark.WarningsAsync(file, _tcpAlone));
        Dictionary<int, Heard> heard = Heard.Of(await Tshark.FieldsAsync(file, _tcpAlone, "tcp", "tcp.stream", "tcp.flags.syn", "tcp.flags.fin", "tcp.flags.reset", "ip.src", "ipv6.src", "tcp.srcport", "tcp.payload"));
        Assert.Equal(Count, heard.Count);
        HashSet<int> told = [];
        foreach (Heard one in heard.Values)
        {
            int id = BinaryPrimitives.ReadInt32BigEndian(one.Client.ToArray());
            Assert.True(told.Add(id), $"{id} twice");
            Assert.Equal(Question(id), one.Client);
            Assert.Equal(Answer(id), one.Server);
            Assert.Equal(IsReset(id) ? (0, 1) : (2, 0), (one.Ends, one.Resets));
            string from = (id % Kinds) switch
            {
                3 => "::1",
                4 => "198.18.",
                _ => "127.0.0.1",
            };
            Assert.StartsWith(from, one.ClientAddress, StringComparison.Ordinal);
        }
    }

    private static bool IsReset(int id) => id % Kinds == 2;

    private static byte[] Question(int id)
    {
        byte[] question = RandomBytes.Of(id, 8 + (id * 37 % 2500));
        BinaryPrimitives.WriteInt32BigEndian(question, id);
        BinaryPrimitives.WriteInt32BigEndian(question.AsSpan(sizeof(int)), question.Length);
        return question;
    }

    private static byte[] Answer(int id) => RandomBytes.Of(-id - 1, 1 + (id * 53 % 2500));

    /// <summary>By TCP over IPv4 (0: the client ends first, 1: the server, 2: the client resets) and IPv6, and over a Unix socket.</summary>
    private async Task ConverseAsync(PacketCapture capture)
    {
        using var server = new TestServer();
        EndPoint[] listening = [new IPEndPoint(IPAddress.Loopback, 0), new IPEndPoint(IPAddress.IPv6Loopback, 0), new UnixDomainSocketEndPoint(_folder["crowd.sock"])];
        var connectors = new List<Connector>();
        try
        {
            foreach (EndPoint endPoint in listening)
            {
                connectors.Add(await Connector.ServerToSocketAsync(
                    new ListenOptions(endPoint), new ConnectOptions(server.EndPoint), new ConnectorOptions { GracePeriod = Timeout.InfiniteTimeSpan, NewTap = capture.NewTap }, TestContext.Current.CancellationToken));
            }

            Task serving = Parallel.ForAsync(0, Count, new ParallelOptions { MaxDegreeOfParallelism = AtOnce }, async (_, _) => await ServeAsync(server));
            await Parallel.ForAsync(0, Count, new ParallelOptions { MaxDegreeOfParallelism = AtOnce }, async (id, _) =>
            {
                Connector connector = connectors[Math.Max(0, (id % Kinds) - 2)];
                await AskAsync(id, connector.EndPointA!);
            });
            await serving;
        }
        finally
        {
            foreach (Connector connector in connectors)
            {
                await connector.StopAsync(TestContext.Current.CancellationToken);
                await connector.DisposeAsync();
            }
        }
    }

    private static async Task AskAsync(int id, EndPoint endPoint)
    {
        using TestPeer client = await TestPeer.ConnectAsync(endPoint);
        await client.WriteAsync(Question(id));
        byte[] answer = Answer(id);
        if (id % Kinds == 0)
        {
            client.EndHalf();
        }

        Assert.Equal(answer, await client.ReadAsync(answer.Length));
        if (IsReset(id))
        {
            client.Reset();
            return;
        }

        if (id % Kinds != 0)
        {
            client.EndHalf();
        }

        Assert.Empty(await client.ReadToEndAsync());
    }

    private static async Task ServeAsync(TestServer server)
    {
        using TestPeer peer = await server.AcceptAsync();
        byte[] head = await peer.ReadAsync(8);
        (int id, int length) = (BinaryPrimitives.ReadInt32BigEndian(head), BinaryPrimitives.ReadInt32BigEndian(head.AsSpan(sizeof(int))));
        await peer.ReadAsync(length - head.Length);
        if (id % Kinds == 0)
        {
            Assert.Empty(await peer.ReadToEndAsync());
        }

        await peer.WriteAsync(Answer(id));
        if (id % Kinds != 1 && id % Kinds != 0)
        {
            (_, SocketError? error) = await peer.ReadToWhateverEndAsync();
            Assert.Equal(IsReset(id), error is not null);
        }

        if (!IsReset(id))
        {
            peer.EndHalf();
            Assert.Empty(await peer.ReadToEndAsync());
        }
    }

    /// <summary>One stream, as its packets tell.</summary>
    private sealed class Heard(string client, string clientAddress)
    {
        public List<byte> Client { get; } = [];

        public List<byte> Server { get; } = [];

        public string ClientAddress => clientAddress;

        public int Ends { get; private set; }

        public int Resets { get; private set; }

        public static Dictionary<int, Heard> Of(string[][] packets)
        {
            var all = new Dictionary<int, Heard>();
            foreach (string[] packet in packets)
            {
                int stream = int.Parse(packet[0], CultureInfo.InvariantCulture);
                string address = packet[4].Length > 0 ? packet[4] : packet[5];
                string from = $"{address} {packet[6]}";
                if (!all.TryGetValue(stream, out Heard? heard))
                {
                    // The first packet is the client's.
                    Assert.Equal("1", packet[1]);
                    all.Add(stream, heard = new Heard(from, address));
                }

                heard.Add(isClient: from == heard._client, packet);
            }

            return all;
        }

        private readonly string _client = client;

        private void Add(bool isClient, string[] packet)
        {
            (isClient ? Client : Server).AddRange(Convert.FromHexString(packet.ElementAtOrDefault(7)?.Trim() ?? ""));
            Ends += packet[2] == "1" ? 1 : 0;
            Resets += packet[3] == "1" ? 1 : 0;
        }
    }
}
