using System.Text;
using SocketConnector.Rendezvous.Tests.Tickets;
using SocketConnector.TestKit;

namespace SocketConnector.Rendezvous.Tests.Load;

/// <summary>Honest ends among many clients that are not. Speed is measured elsewhere, by tests/hostile.sh.</summary>
[Collection(Alone.Name)]
public sealed class HostileCrowdTests
{
    private const int OfEach = 300;
    private const int Sessions = 5;
    private const int UsersOfEach = 30;
    private const int TicketRefused = 201;
    private const int Malformed = 202;
    private const int Unknown = 205;

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task B114_Among_hundreds_of_silent_leaving_garbage_and_wrong_ticket_clients_all_honest_ends_pair_and_nothing_is_left()
    {
        var options = new RelayOptions { TicketKeys = [Tokens.Hs], JoinTimeout = TimeSpan.FromSeconds(3), MaxJoinsPerMinutePerAddress = 10_000 };
        await using Rendezvous rendezvous = await Rendezvous.StartAsync(options, Rendezvous.Loopback with { Backlog = 4096 });
        string ticket = new TicketMint(Tokens.Hs).Sign(new Ticket("honest", TimeProvider.System.GetUtcNow().AddHours(1)));
        var crowd = new HostileCrowd(rendezvous.EndPoint, ticket);
        Task hostile = Task.WhenAll(Enumerable.Range(0, OfEach).SelectMany(
            number => (Task[])[crowd.BeSilentAsync(number), crowd.LeaveAsync(number), crowd.SendGarbageAsync(number), crowd.ShowWrongTicketAsync(number)]));
        await Task.WhenAll(Enumerable.Range(0, Sessions).Select(session => MeetAsync(rendezvous, ticket, session)));
        await hostile.InTimeAsync(TimeSpan.FromMinutes(1));
        await Eventually.TrueAsync(
            () => rendezvous.Relay.GetStats() is { Waiting: 0, Sessions: 0, ActivePairs: 0, TransitWaiting: 0, Relayed.ActiveConnections: 0 },
            explain: () => rendezvous.Relay.GetStats().Relayed.ToJson());
        Assert.Equal(Sessions * UsersOfEach, rendezvous.Relay.GetStats().Pairs);

        // A reason for each that was refused.
        int unknown = Enumerable.Range(0, OfEach).Count(HostileCrowd.IsUnknown);
        await Eventually.TrueAsync(
            () => (Count(rendezvous, Unknown), Count(rendezvous, Malformed), Count(rendezvous, TicketRefused)) == (unknown, OfEach - unknown, OfEach),
            explain: () => $"{Count(rendezvous, Unknown)} unknown, {Count(rendezvous, Malformed)} malformed, {Count(rendezvous, TicketRefused)} tickets");
    }

    [Fact]
    public async Task B114_A_client_that_says_nothing_is_cut_with_a_reason()
    {
        await using Rendezvous rendezvous = await Rendezvous.StartAsync(new RelayOptions { JoinTimeout = TimeSpan.FromMilliseconds(100) });
        await new HostileCrowd(rendezvous.EndPoint, right: "").BeSilentAsync(number: 0);
        await rendezvous.Log.FirstAsync("is gone: it did not join a session in time");
    }

    /// <summary>An end that listens and its users, each of whom gets an answer to its own question.</summary>
    private static async Task MeetAsync(Rendezvous rendezvous, string ticket, int session)
    {
        RendezvousEndPoint where = rendezvous.Via(SessionSecret.Generate(), EndToEndMode.Proof, standby: 4, ticket);
        await using TransportListener listening = await where.ListenAsync(Cancelled);
        Task answering = AnswerAsync(listening, session);
        for (int user = 0; user < UsersOfEach; user++)
        {
            await using Stream stream = (await where.ConnectAsync(Cancelled).AsTask().InTimeAsync()).Stream;
            await stream.WriteAsync(Encoding.ASCII.GetBytes($"{user:0000}"), Cancelled);
            byte[] answer = new byte[8];
            await stream.ReadExactlyAsync(answer, Cancelled).AsTask().InTimeAsync();
            Assert.Equal($"{user:0000}{session:0000}", Encoding.ASCII.GetString(answer));
        }

        await listening.DisposeAsync();
        await answering.InTimeAsync();
    }

    private static async Task AnswerAsync(TransportListener listening, int session)
    {
        while (await listening.AcceptAsync(Cancelled) is { } accepted)
        {
            await using Stream stream = accepted.Stream;
            byte[] question = new byte[4];
            await stream.ReadExactlyAsync(question, Cancelled).AsTask().InTimeAsync();
            await stream.WriteAsync((byte[])[.. question, .. Encoding.ASCII.GetBytes($"{session:0000}")], Cancelled);
            Assert.Equal(0, await stream.ReadAsync(question, Cancelled).AsTask().InTimeAsync());
        }
    }

    private static int Count(Rendezvous rendezvous, int id) => rendezvous.Log.Entries.Count(entry => entry.Id == id);
}
