using SocketConnector.Rendezvous.Wire;
using SocketConnector.TestKit;

namespace SocketConnector.Rendezvous.Tests.Relay;

/// <summary>Ends that leave, end a half or do not read, in every state.</summary>
public sealed class LeavingEndTests
{
    private static readonly SessionName _session = SessionSecret.Parse("a session for the tests").NameOf(EndToEndMode.None);

    [Fact]
    public async Task B117_An_end_that_leaves_in_whatever_state_leaves_nothing_and_disturbs_nobody()
    {
        await using Rendezvous rendezvous = await Rendezvous.StartAsync(new RelayOptions { MaxJoinsPerMinutePerAddress = 10_000 });
        byte[] beginning = RawEnd.Beginning(_session, EndRole.Listen);
        foreach (int length in (int[])[0, 3, 8, 12, beginning.Length - 1, beginning.Length])
        {
            foreach (bool isReset in (bool[])[true, false])
            {
                using RawEnd end = await RawEnd.ConnectAsync(rendezvous.EndPoint);
                await end.Peer.WriteAsync(beginning.AsMemory(0, length));
                Leave(end, isReset);
                if (!isReset)
                {
                    await end.Peer.ReadToWhateverEndAsync();
                }
            }
        }

        await rendezvous.WaitingAsync(0);

        // Asked, and gone: the next one is asked at once.
        foreach (bool isReset in (bool[])[true, false])
        {
            using RawEnd asked = await RawEnd.WaitAsync(rendezvous.EndPoint, _session, EndRole.Listen), next = await RawEnd.WaitAsync(rendezvous.EndPoint, _session, EndRole.Listen);
            using RawEnd coming = await RawEnd.JoinAsync(rendezvous.EndPoint, _session, EndRole.Connect);
            await asked.ExpectAsync<OpenFrame>();
            Leave(asked, isReset);
            await next.MeetAsync(coming);
        }

        await rendezvous.WaitingAsync(0);
    }

    [Fact]
    public async Task B117_One_that_comes_and_leaves_while_its_partner_is_asked_costs_no_more_than_that_one_pair()
    {
        await using Rendezvous rendezvous = await Rendezvous.StartAsync();
        using RawEnd asked = await RawEnd.WaitAsync(rendezvous.EndPoint, _session, EndRole.Listen);
        using RawEnd coming = await RawEnd.JoinAsync(rendezvous.EndPoint, _session, EndRole.Connect);
        await asked.ExpectAsync<OpenFrame>();
        coming.Peer.Reset();
        await asked.WriteAsync(new AcceptFrame());
        await asked.ExpectAsync<PairedFrame>();
        await asked.GoneAsync();
        await Eventually.TrueAsync(() => rendezvous.Relay.GetStats() is { Waiting: 0, ActivePairs: 0, Sessions: 0 });
    }

    [Fact]
    public async Task B117_A_half_that_ends_behind_JOIN_ends_for_the_partner_behind_the_early_bytes()
    {
        await using Rendezvous rendezvous = await Rendezvous.StartAsync();
        using RawEnd listening = await RawEnd.WaitAsync(rendezvous.EndPoint, _session, EndRole.Listen);
        using RawEnd coming = await RawEnd.JoinAsync(rendezvous.EndPoint, _session, EndRole.Connect, early: "question"u8.ToArray());
        coming.Peer.EndHalf();
        await listening.MeetAsync(coming);
        Assert.Equal("question", await listening.Peer.ReadTextToEndAsync());
        await listening.Peer.WriteAsync("answer");
        listening.Peer.EndHalf();
        Assert.Equal("answer", await coming.Peer.ReadTextToEndAsync());
    }

    [Fact]
    public async Task B117_A_user_meets_an_end_that_reads_nothing_and_others_are_not_held_up()
    {
        await using Rendezvous rendezvous = await Rendezvous.StartAsync();
        using RawEnd listening = await RawEnd.WaitAsync(rendezvous.EndPoint, _session, EndRole.Listen), other = await RawEnd.WaitAsync(rendezvous.EndPoint, _session, EndRole.Listen);
        using RawEnd pouring = await RawEnd.JoinAsync(rendezvous.EndPoint, _session, EndRole.Connect);
        await listening.MeetAsync(pouring);
        Task poured = pouring.Peer.WriteAsync(new byte[64 * 1024 * 1024]);
        using RawEnd talking = await RawEnd.JoinAsync(rendezvous.EndPoint, _session, EndRole.Connect);
        await other.MeetAsync(talking);
        await talking.Peer.WriteAsync("x");
        Assert.Equal("x", await other.Peer.ReadTextAsync(1));
        Assert.False(poured.IsCompleted);
        listening.Peer.Reset();
        await Assert.ThrowsAnyAsync<Exception>(() => poured.InTimeAsync());
    }

    private static void Leave(RawEnd end, bool isReset)
    {
        if (isReset)
        {
            end.Peer.Reset();
        }
        else
        {
            end.Peer.EndHalf();
        }
    }
}
