using SocketConnector.Rendezvous.Wire;

namespace SocketConnector.Rendezvous.Tests.Relay;

/// <summary>Frames in pieces, garbage, and frames that are not allowed: each costs the one that sent it, and nobody else.</summary>
public sealed class HostileEndTests
{
    private static readonly SessionName _session = SessionSecret.Parse("a session for the tests").NameOf(EndToEndMode.None);

    public static TheoryData<string, string> Refused => new()
    {
        { "a JOIN without a HELLO", Hex(new JoinFrame(_session, EndRole.Listen, null, null)) },
        { "a HELLO twice", Hex(new HelloFrame([1], null)) + Hex(new HelloFrame([1], null)) },
        { "an ACCEPT without an OPEN", Hex(new HelloFrame([1], null)) + Hex(new AcceptFrame()) },
        { "bytes behind JOIN", Convert.ToHexString(RawEnd.Beginning(_session, EndRole.Connect).AsSpan(Opening.Bytes.Length)) + "00" },
        { "a PING behind JOIN", Convert.ToHexString(RawEnd.Beginning(_session, EndRole.Connect).AsSpan(Opening.Bytes.Length)) + Hex(new PingFrame()) },
        { "a frame of a relay's", Hex(new WaitFrame(TimeSpan.Zero)) },
        { "a frame that is too long", "1001" },
        { "an empty frame", "0000" },
        { "garbage", "0004FFFFFFFF" },
        { "a frame of an unknown type", "0003A10009" },
    };

    [Theory]
    [MemberData(nameof(Refused))]
    public async Task B117_What_is_not_allowed_is_refused_as_malformed(string what, string hex)
    {
        Assert.NotEmpty(what);
        await using Rendezvous rendezvous = await Rendezvous.StartAsync();
        using RawEnd end = await RawEnd.ConnectAsync(rendezvous.EndPoint);
        await end.Peer.WriteAsync((byte[])[.. Opening.Bytes, .. Convert.FromHexString(hex)]);
        Frame first = await end.ReadAsync();
        RefusedFrame refused = Assert.IsType<RefusedFrame>(first is WelcomeFrame ? await end.ReadAsync() : first);
        Assert.Equal((RefusalCode.Malformed, null), (refused.Code, refused.RetryAfter));
        Assert.Empty(await end.Peer.ReadToEndAsync());
        Assert.Equal(0, rendezvous.Relay.GetStats().Waiting);
    }

    [Fact]
    public async Task B117_A_version_that_is_not_spoken_is_told_so()
    {
        await using Rendezvous rendezvous = await Rendezvous.StartAsync();
        using RawEnd end = await RawEnd.ConnectAsync(rendezvous.EndPoint);
        await end.Peer.WriteAsync((byte[])[.. Opening.Bytes, .. RawEnd.Bytes(new HelloFrame([7], null))]);
        await end.RefusedAsync(RefusalCode.Version, isWelcome: false);
    }

    [Fact]
    public async Task B117_Frames_cut_at_every_byte_are_understood()
    {
        await using Rendezvous rendezvous = await Rendezvous.StartAsync();
        byte[] beginning = RawEnd.Beginning(_session, EndRole.Listen);
        for (int cut = 1; cut < beginning.Length; cut++)
        {
            using RawEnd end = await RawEnd.ConnectAsync(rendezvous.EndPoint);
            end.Peer.Socket.NoDelay = true;
            await end.Peer.WriteAsync(beginning.AsMemory(0, cut));
            await end.Peer.WriteAsync(beginning.AsMemory(cut));
            await end.ExpectAsync<WelcomeFrame>();
            await end.ExpectAsync<WaitFrame>();
        }

        await rendezvous.WaitingAsync(0);
    }

    [Fact]
    public async Task B117_Ends_that_send_byte_by_byte_meet()
    {
        await using Rendezvous rendezvous = await Rendezvous.StartAsync();
        using RawEnd listening = await RawEnd.ConnectAsync(rendezvous.EndPoint), connecting = await RawEnd.ConnectAsync(rendezvous.EndPoint);
        await ByteByByteAsync(listening, RawEnd.Beginning(_session, EndRole.Listen));
        await listening.ExpectAsync<WelcomeFrame>();
        await listening.ExpectAsync<WaitFrame>();
        await ByteByByteAsync(listening, RawEnd.Bytes(new PingFrame()));
        await listening.ExpectAsync<PongFrame>();
        await ByteByByteAsync(connecting, RawEnd.Beginning(_session, EndRole.Connect, early: [1, 2]));
        await listening.ExpectAsync<OpenFrame>();
        await ByteByByteAsync(listening, RawEnd.Bytes(new AcceptFrame()));
        await listening.ExpectAsync<PairedFrame>();
        await connecting.ExpectAsync<WelcomeFrame>();
        await connecting.ExpectAsync<PairedFrame>();
        await ByteByByteAsync(connecting, [3, 4]);
        Assert.Equal([1, 2, 3, 4], await listening.Peer.ReadAsync(4));
    }

    [Fact]
    public async Task B117_Bytes_behind_ACCEPT_are_refused_and_the_one_who_came_gets_the_next()
    {
        await using Rendezvous rendezvous = await Rendezvous.StartAsync();
        using RawEnd hasty = await RawEnd.WaitAsync(rendezvous.EndPoint, _session, EndRole.Listen), next = await RawEnd.WaitAsync(rendezvous.EndPoint, _session, EndRole.Listen);
        using RawEnd coming = await RawEnd.JoinAsync(rendezvous.EndPoint, _session, EndRole.Connect);
        await hasty.ExpectAsync<OpenFrame>();
        await hasty.Peer.WriteAsync((byte[])[.. RawEnd.Bytes(new AcceptFrame()), 0]);
        await hasty.RefusedAsync(RefusalCode.Malformed, isWelcome: false);
        await next.MeetAsync(coming);
    }

    [Fact]
    public async Task B117_A_waiting_end_that_talks_too_much_or_joins_again_is_refused()
    {
        await using Rendezvous rendezvous = await Rendezvous.StartAsync();
        using RawEnd loud = await RawEnd.WaitAsync(rendezvous.EndPoint, _session, EndRole.Listen), again = await RawEnd.WaitAsync(rendezvous.EndPoint, _session, EndRole.Listen);
        await loud.WriteAsync([.. Enumerable.Repeat(new PingFrame(), 17)]);
        for (int i = 0; i < 16; i++)
        {
            await loud.ExpectAsync<PongFrame>();
        }

        await loud.RefusedAsync(RefusalCode.Malformed, isWelcome: false);
        await again.WriteAsync(new JoinFrame(_session, EndRole.Listen, null, null));
        await again.RefusedAsync(RefusalCode.Malformed, isWelcome: false);
        await rendezvous.WaitingAsync(0);
    }

    private static string Hex(Frame frame) => Convert.ToHexString(RawEnd.Bytes(frame));

    private static async Task ByteByByteAsync(RawEnd end, byte[] bytes)
    {
        end.Peer.Socket.NoDelay = true;
        foreach (byte one in bytes)
        {
            await end.Peer.WriteAsync(new[] { one });
        }
    }
}
