using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using SocketConnector.Limits;
using SocketConnector.TestKit;

namespace SocketConnector.Tests.Limits;

/// <summary>Every way in which a peer can end, thousands of times. Loads the whole machine, so it runs alone.</summary>
[Collection(Alone.Name)]
public sealed class LivesTests(ITestOutputHelper output)
{
    private const int Rounds = 5;
    private const int AtOnce = 32;
    private const int EachInTurn = 63;
    private const string Denied = "127.9.0.1";
    private const string Balancer = "127.9.0.2";

    /// <summary>Those that must have been there in the end, or the test would show less than it says.</summary>
    private static readonly CloseReason[] _ways =
    [
        CloseReason.Completed, CloseReason.PeerReset, CloseReason.Aborted, CloseReason.Ended, CloseReason.AccessDenied, CloseReason.BadProxyHeader,
        CloseReason.AuthRejected, CloseReason.AuthFailed, CloseReason.HookFailed, CloseReason.LimitReached, CloseReason.RateLimited,
    ];

    [Fact]
    public Task B91_After_ten_thousand_lives_that_end_in_every_way_all_counts_are_zero() => Seeded.RunAsync(async seed =>
    {
        using var unobserved = new UnobservedExceptions();
        var ends = new Dictionary<CloseReason, long>();
        for (int round = 0; round < Rounds; round++)
        {
            SideLimits[] limits;
            Connector connector = await StartAsync();
            await using (connector)
            {
                limits = [Inside.LimitsOf(connector, Side.A), Inside.LimitsOf(connector, Side.B)];
                using var watching = new CancellationTokenSource();
                Task ending = EndSomeAsync(connector, new Random(seed + round), watching.Token);
                await Task.WhenAll(Enumerable.Range(0, AtOnce).Select(i => Task.Run(() => LiveAsync(connector, new Random(HashCode.Combine(seed, round, i)))))).InTimeAsync(TimeSpan.FromSeconds(60));

                // What half-closed or closed behind some bytes may wait for a partner still, and counts.
                await Eventually.TrueAsync(
                    () => IsConsistent(connector, limits),
                    explain: () => $"seed {seed}, round {round}: {Tell(limits)}; {connector.GetConnections().Count} connections, {connector.GetPending(Side.A).Count} and {connector.GetPending(Side.B).Count} pending");
                await watching.CancelAsync();
                await ending.InTimeAsync();
            }

            foreach (CloseCount closed in connector.GetStats().Closed)
            {
                ends[closed.Reason] = ends.GetValueOrDefault(closed.Reason) + closed.Count;
            }

            Assert.Equal(Tell([Nothing, Nothing]), Tell(limits));
        }

        output.WriteLine($"seed {seed}: {string.Join(", ", ends.OrderBy(end => end.Key).Select(end => $"{end.Value} {end.Key}"))}");
        Assert.Empty(_ways.Except(ends.Keys));
        unobserved.ThrowIfAny();
    });

    private static SideLimits Nothing => SideLimits.Of(Limited(new ListenOptions(0)), TimeProvider.System)!;

    private static ListenOptions Limited(ListenOptions listen) => listen with
    {
        MaxConnections = 24,
        MaxConnectionsPerAddress = 6,
        MaxAdmitting = 12,
        MaxPending = 6,
        MaxPendingPerAddress = 2,
        Rate = new ConnectionRate(60, TimeSpan.FromMinutes(1)),
    };

    private static Task<Connector> StartAsync()
    {
        int joins = 0;
        ConnectorOptions options = Patient.Options with
        {
            BeforeJoining = (_, _) => Interlocked.Increment(ref joins) % 20 == 0 ? throw new InvalidOperationException("not this one") : ValueTask.CompletedTask,
        };
        ListenOptions a = Limited(new ListenOptions(IPAddress.Loopback, 0)) with
        {
            AuthVerifier = VerifyAsync,
            Deny = [IPNetwork.Parse($"{Denied}/32")],
            AcceptProxyFrom = [IPNetwork.Parse($"{Balancer}/32")],
        };
        return Connector.ServerToServerAsync(a, Limited(new ListenOptions(IPAddress.Loopback, 0)), options);
    }

    private static async ValueTask<AuthResult> VerifyAsync(AuthContext context, CancellationToken cancellationToken) =>
        await Verifiers.ReadAsync(context.Transport.Input, 2, cancellationToken) switch
        {
            "go" => AuthResult.Accept(),
            "!!" => throw new InvalidOperationException("not that"),
            _ => AuthResult.Reject(),
        };

    /// <summary>Once nobody moves any more, what waits and what is joined is all that counts.</summary>
    private static bool IsConsistent(Connector connector, SideLimits[] limits)
    {
        int joined = connector.GetConnections().Count;
        return limits.Select((side, i) =>
        {
            int pending = connector.GetPending((Side)i).Count;
            return side.Admitting!.Count == 0 && side.Open!.Count == pending + joined && side.Pending!.All!.Count == pending;
        }).All(isSo => isSo);
    }

    private static string Tell(SideLimits[] limits) => string.Join("; ", limits.Select(side =>
        $"{side.Open!.Count} open of {side.OpenPerAddress!.Count} addresses, {side.Admitting!.Count} in admission, {side.Pending!.All!.Count} pending of {side.Pending.PerAddress!.Count}"));

    /// <summary>Some connections are ended from here, in order or not.</summary>
    private static async Task EndSomeAsync(Connector connector, Random random, CancellationToken enough)
    {
        var ending = new ConcurrentBag<Task>();
        try
        {
            await foreach (Connection connection in connector.WatchConnectionsAsync(enough))
            {
                switch (random.Next(8))
                {
                    case 0:
                        connection.Abort();
                        break;
                    case 1:
                        ending.Add(connection.EndAsync(enough));
                        break;
                }
            }
        }
        catch (OperationCanceledException)
        {
            // The round is over.
        }

        await Task.WhenAll(ending).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    private static async Task LiveAsync(Connector connector, Random random)
    {
        for (int turn = 0; turn < EachInTurn; turn++)
        {
            try
            {
                await (random.Next(5) < 3 ? LiveOnAAsync(connector.EndPointA!, random) : LiveOnBAsync(connector.EndPointB!, random));
            }
            catch (Exception error) when (error is SocketException or OperationCanceledException)
            {
                // Reset, as many are.
            }
        }
    }

    private static async Task LiveOnAAsync(EndPoint endPoint, Random random)
    {
        string from = random.Next(12) switch { 0 => Denied, 1 => Balancer, _ => SomeAddress(random) };
        string header = from != Balancer ? "" : random.Next(3) switch
        {
            0 => "GET / HTTP/1.1\r\n\r\n",
            1 => "PROXY UNKNOWN\r\n",
            _ => $"PROXY TCP4 {SomeAddress(random)} 198.51.100.7 56324 443\r\n",
        };
        string word = random.Next(10) switch { 0 => "no", 1 => "!!", 2 => "", 3 => "g", _ => "go" };
        using TestPeer peer = await TestPeer.ConnectAsync(endPoint, socket => socket.Bind(new IPEndPoint(IPAddress.Parse(from), 0)));
        await peer.WriteAsync(header + word);
        await EndAsync(peer, random);
    }

    private static async Task LiveOnBAsync(EndPoint endPoint, Random random)
    {
        using TestPeer peer = await TestPeer.ConnectAsync(endPoint, socket => socket.Bind(new IPEndPoint(IPAddress.Parse(SomeAddress(random)), 0)));
        await EndAsync(peer, random);
    }

    private static string SomeAddress(Random random) => $"127.8.0.{random.Next(1, 13)}";

    /// <summary>Says something or not, waits or not, and leaves in one way or another.</summary>
    private static async Task EndAsync(TestPeer peer, Random random)
    {
        using var enough = new CancellationTokenSource(random.Next(1, 30));
        switch (random.Next(6))
        {
            case 0:
                peer.Reset();
                return;
            case 1:
                return;
            case 2:
                await peer.WriteAsync("something");
                break;
        }

        if (random.Next(3) > 0)
        {
            peer.EndHalf();
        }

        byte[] room = new byte[64];
        while (await peer.Socket.ReceiveAsync(room.AsMemory(), SocketFlags.None, enough.Token) > 0)
        {
            // Until the other ends too, or patience does.
        }
    }
}
