using System.Diagnostics;
using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Cryptography.X509Certificates;
using Microsoft.Extensions.Logging;
using SocketConnector.TestKit;

namespace SocketConnector.Tests.Measured;

/// <summary>What honest clients of a TLS side notice of many that are not. Started by tests/flood.sh alone, on a quiet machine.</summary>
[Collection(Alone.Name)]
public sealed class FloodTests : IAsyncDisposable
{
    private const int Attackers = 10_000;
    private const int Addresses = 250;
    private const int Honest = 300;
    private const int Turns = 5;
    private const double Bar = 1.2;

    private readonly TestAuthority _authority = new();
    private readonly EchoServer _target = new();
    private readonly X509Certificate2 _certificate;
    private readonly ITestOutputHelper _output;

    public FloodTests(ITestOutputHelper output) => (_output, _certificate) = (output, _authority.Issue("localhost"));

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact(Explicit = true)]
    public async Task Clients_that_never_handshake_or_come_and_go_cost_others_a_fifth_of_their_time_at_most()
    {
        await using Connector connector = await Connector.ServerToSocketAsync(
            new ListenOptions(IPAddress.Loopback, 0)
            {
                Backlog = 4096,
                MaxConnectionsPerAddress = 8,
                MaxAdmitting = 4096,
                Tls = new TlsListenOptions(new SslServerAuthenticationOptions { ServerCertificate = _certificate }),
            },
            new ConnectOptions(_target.EndPoint),
            Patient.Options with { LoggerFactory = new LogCollector(LogLevel.None) },
            Cancelled);
        IPEndPoint endPoint = (IPEndPoint)connector.EndPointA!;
        await MedianAsync(endPoint);
        double before = await MedianAsync(endPoint);
        _output.WriteLine($"alone: {before:0.000} ms");

        List<Socket> silent = await ComeAsync(endPoint);
        double beside = await MedianAsync(endPoint);
        _output.WriteLine($"beside {Attackers} that never handshake: {beside:0.000} ms, {beside / before:0.00} times");
        silent.ForEach(each => each.Dispose());
        await Eventually.TrueAsync(() => connector.GetStats().ActiveConnections == 0);

        // In turns, since the machine is not the same for long; and the same crowd at a listener that only accepts and closes, to tell
        // what the crowd's own making costs on these processors.
        double[] alone = new double[Turns], elsewhere = new double[Turns], between = new double[Turns];
        for (int turn = 0; turn < Turns; turn++)
        {
            alone[turn] = await MedianAsync(endPoint);
            await using (var bare = new BareListener())
            {
                elsewhere[turn] = await BesideAsync(bare.EndPoint, endPoint);
            }

            between[turn] = await BesideAsync(endPoint, endPoint);
        }

        double without = Middle(alone);
        double own = Middle(elsewhere);
        double with = Middle(between);
        _output.WriteLine($"alone: {without:0.000} ms; {Attackers} come and go elsewhere: {own:0.000} ms, {own / without:0.00} times; here: {with:0.000} ms, {with / without:0.00} times, {with / own:0.00} times as elsewhere");
        Assert.True(beside <= before * Bar && with <= without * Bar, $"{before:0.000} ms alone, {beside:0.000} beside silent ones; {without:0.000} ms alone, {with:0.000} between those that come and go");
    }

    public async ValueTask DisposeAsync()
    {
        _certificate.Dispose();
        _authority.Dispose();
        await _target.DisposeAsync();
    }

    /// <summary>Connect, handshake, and the first byte back; milliseconds.</summary>
    private async Task<double> MedianAsync(IPEndPoint endPoint)
    {
        var times = new List<double>(Honest);
        for (int i = 0; i < Honest; i++)
        {
            long start = Stopwatch.GetTimestamp();
            using TlsPeer client = await TlsPeer.ConnectAsync(endPoint, _authority);
            await client.WriteAsync("x");
            await client.ReadTextAsync(1);
            times.Add(Stopwatch.GetElapsedTime(start).TotalMilliseconds);
        }

        times.Sort();
        return times[Honest / 2];
    }

    private static IPEndPoint From(int i) => new(new IPAddress([127, 1, (byte)(i % Addresses), 1]), 0);

    private static async Task<List<Socket>> ComeAsync(IPEndPoint endPoint)
    {
        var all = new List<Socket>(Attackers);
        for (int i = 0; i < Attackers; i++)
        {
            all.Add(await ConnectAsync(endPoint, i));
        }

        return all;
    }

    private static double Middle(double[] all) => all.Order().ElementAt(all.Length / 2);

    private async Task<double> BesideAsync(IPEndPoint crowded, IPEndPoint endPoint)
    {
        Task coming = ComeAndGoAsync(crowded);
        var medians = new List<double>();
        while (!coming.IsCompleted)
        {
            medians.Add(await MedianAsync(endPoint));
        }

        await coming;
        return Middle([.. medians]);
    }

    private static async Task ComeAndGoAsync(IPEndPoint endPoint)
    {
        using var pace = new PeriodicTimer(TimeSpan.FromMilliseconds(10));
        for (int come = 0; come < Attackers && await pace.WaitForNextTickAsync(Cancelled);)
        {
            for (int i = 0; i < 10; i++, come++)
            {
                (await ConnectAsync(endPoint, come)).Close(0);
            }
        }
    }

    private static async Task<Socket> ConnectAsync(IPEndPoint endPoint, int i)
    {
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        socket.Bind(From(i));
        try
        {
            await socket.ConnectAsync(endPoint, Cancelled);
        }
        catch (SocketException)
        {
            // Turned away at once.
        }

        return socket;
    }

    /// <summary>Accepts and closes, and nothing else.</summary>
    private sealed class BareListener : IAsyncDisposable
    {
        private readonly Socket _listener = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        private readonly Task _accepting;

        public BareListener()
        {
            _listener.Bind(new IPEndPoint(IPAddress.Loopback, 0));
            _listener.Listen(4096);
            _accepting = AcceptAsync();
        }

        public IPEndPoint EndPoint => (IPEndPoint)_listener.LocalEndPoint!;

        public async ValueTask DisposeAsync()
        {
            _listener.Dispose();
            await _accepting;
        }

        private async Task AcceptAsync()
        {
            try
            {
                while (true)
                {
                    (await _listener.AcceptAsync()).Dispose();
                }
            }
            catch (Exception error) when (error is SocketException or ObjectDisposedException)
            {
                // Disposed of.
            }
        }
    }
}
