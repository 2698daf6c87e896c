using System.Collections.Concurrent;
using System.Net.Security;
using System.Security.Authentication;
using SocketConnector.Rendezvous.EndToEnd;
using SocketConnector.Rendezvous.Wire;

namespace SocketConnector.Rendezvous.Tests.EndToEnd;

/// <summary>Somebody else at the other end, or in the middle.</summary>
public sealed class ImpostorTests
{
    private const string Unknown = "the other end does not know the secret, or somebody is in between";

    public static TheoryData<string, int> Modes => new(
        from mode in new[] { nameof(EndToEndMode.Tls), nameof(EndToEndMode.Proof) }
        from wrong in Enumerable.Range(0, 3)
        select (mode, wrong));

    /// <summary>Another secret, or one of which half is right.</summary>
    [Theory]
    [MemberData(nameof(Modes))]
    public async Task B113_Ends_of_other_secrets_notice_each_other(string mode, int wrong)
    {
        EndKeys others = Meeting.NewKeys();
        EndKeys wrongKeys = wrong switch
        {
            0 => others,
            1 => others with { ListenProof = Meeting.Keys.ListenProof },
            _ => others with { ConnectProof = Meeting.Keys.ConnectProof },
        };
        (Outcome listen, Outcome connect) = await new Meeting { Mode = Enum.Parse<EndToEndMode>(mode), ConnectKeys = wrongKeys }.RunAsync();

        // The one that is shown a right proof may learn from the other's reset alone; which is before a byte is delivered, too.
        AssertNothing(listen, connect);
        Assert.Contains(new[] { listen, connect }, outcome => outcome.Error is AuthenticationException { Message: Unknown });
        if (wrong == 0)
        {
            Assert.Equal((false, false), (listen.IsProven, connect.IsProven));
        }
    }

    [Fact]
    public async Task B113_A_relay_with_certificates_of_its_own_is_noticed_by_both()
    {
        EndCertificate ofRelay = new();
        (Outcome listen, Outcome connect) = await new Meeting().RunAsync((toListen, toConnect) => InterceptAsync(toListen, toConnect, ofRelay));
        AssertNothing(listen, connect);
        Assert.Equal((Unknown, Unknown), (listen.Error!.Message, connect.Error!.Message));
        Assert.IsType<AuthenticationException>(listen.Error);
        Assert.IsType<AuthenticationException>(connect.Error);
    }

    [Theory]
    [InlineData(nameof(EndToEndMode.Tls), nameof(EndRole.Listen))]
    [InlineData(nameof(EndToEndMode.Tls), nameof(EndRole.Connect))]
    [InlineData(nameof(EndToEndMode.Proof), nameof(EndRole.Listen))]
    [InlineData(nameof(EndToEndMode.Proof), nameof(EndRole.Connect))]
    public async Task B113_An_end_is_not_taken_in_by_its_own_reflection(string mode, string role)
    {
        (MemoryWire end, MemoryWire mirror) = MemoryWire.CreatePair();
        Task mirroring = Carrier.CarryAsync(mirror, mirror, isTls: false, Carrier.Honest);
        Outcome outcome = await Meeting.MeetAsync(Enum.Parse<EndToEndMode>(mode), Enum.Parse<EndRole>(role), Meeting.Keys, end, Meeting.ListenWords, Meeting.Short);
        AssertNothing(outcome);
        await mirroring;
    }

    [Theory]
    [InlineData(nameof(EndToEndMode.Tls), nameof(EndRole.Listen))]
    [InlineData(nameof(EndToEndMode.Tls), nameof(EndRole.Connect))]
    [InlineData(nameof(EndToEndMode.Proof), nameof(EndRole.Listen))]
    [InlineData(nameof(EndToEndMode.Proof), nameof(EndRole.Connect))]
    public async Task B113_Two_ends_of_one_role_notice_each_other(string mode, string role)
    {
        (MemoryWire one, MemoryWire other) = MemoryWire.CreatePair();
        Outcome[] outcomes = await Task.WhenAll(
            Meeting.MeetAsync(Enum.Parse<EndToEndMode>(mode), Enum.Parse<EndRole>(role), Meeting.Keys, one, Meeting.ListenWords, Meeting.Short),
            Meeting.MeetAsync(Enum.Parse<EndToEndMode>(mode), Enum.Parse<EndRole>(role), Meeting.Keys, other, Meeting.ListenWords, Meeting.Short));
        AssertNothing(outcomes);
    }

    [Theory]
    [InlineData(nameof(EndToEndMode.Tls), nameof(EndRole.Listen))]
    [InlineData(nameof(EndToEndMode.Tls), nameof(EndRole.Connect))]
    [InlineData(nameof(EndToEndMode.Proof), nameof(EndRole.Listen))]
    [InlineData(nameof(EndToEndMode.Proof), nameof(EndRole.Connect))]
    public async Task B113_What_was_recorded_is_of_no_use_again(string mode, string victim)
    {
        var recorded = new ConcurrentQueue<byte[]>();
        Passed Record(Piece piece)
        {
            recorded.Enqueue(piece.Bytes);
            return new Passed(piece.Bytes);
        }

        var meeting = new Meeting { Mode = Enum.Parse<EndToEndMode>(mode) };
        EndRole role = Enum.Parse<EndRole>(victim);
        await (role == EndRole.Listen ? meeting with { ToListen = Record } : meeting with { ToConnect = Record }).RunAsync();

        // Each piece at once, or as an answer to what the victim says.
        foreach (bool isPaced in new[] { false, true })
        {
            (MemoryWire end, MemoryWire relay) = MemoryWire.CreatePair();
            Task<Outcome> meetingIt = Meeting.MeetAsync(meeting.Mode, role, Meeting.Keys, end, Meeting.ListenWords, Meeting.Short);
            Task replaying = ReplayAsync(relay, recorded, isPaced);
            AssertNothing(await meetingIt);
            await replaying;
        }
    }

    /// <summary>Speaks TLS with each, and passes on what they say inside it.</summary>
    private static async Task InterceptAsync(MemoryWire toListen, MemoryWire toConnect, EndCertificate certificate)
    {
        await using var asConnect = new SslStream(toListen);
        await using var asListen = new SslStream(toConnect);
        await Task.WhenAll(
            EndTls.AuthenticateAsync(asConnect, isServer: false, certificate, CancellationToken.None),
            EndTls.AuthenticateAsync(asListen, isServer: true, certificate, CancellationToken.None));
        try
        {
            await Task.WhenAll(asConnect.CopyToAsync(asListen), asListen.CopyToAsync(asConnect));
        }
        catch (IOException)
        {
            // They have noticed.
        }
    }

    private static async Task ReplayAsync(MemoryWire victim, IEnumerable<byte[]> recorded, bool isPaced)
    {
        byte[] heard = new byte[64 * 1024];
        try
        {
            foreach (byte[] piece in recorded)
            {
                await victim.WriteAsync(piece);
                if (isPaced)
                {
                    using var enough = new CancellationTokenSource(TimeSpan.FromMilliseconds(20));
                    _ = await victim.ReadAtLeastAsync(heard, 1, throwOnEndOfStream: false, enough.Token);
                }
            }
        }
        catch (Exception error) when (error is IOException or OperationCanceledException)
        {
            // It has noticed, or says nothing.
        }

        await victim.EndAsync(CancellationToken.None);
    }

    private static void AssertNothing(params Outcome[] outcomes) => Assert.All(outcomes, static outcome =>
    {
        Assert.NotNull(outcome.Error);
        Assert.Empty(outcome.Delivered);
    });
}
