using System.Diagnostics;
using SocketConnector.Rendezvous.Sessions;
using SocketConnector.Rendezvous.Tests.Tickets;
using SocketConnector.Rendezvous.Wire;
using SocketConnector.TestKit;

namespace SocketConnector.Rendezvous.Tests.Relay;

/// <summary>Who is not let in by a ticket, and what that shows: nothing.</summary>
public sealed class RefusalTests
{
    private static readonly RelayOptions _closed = new() { TicketKeys = [Tokens.Hs, Tokens.EsPublic] };
    private static readonly DateTimeOffset _later = TimeProvider.System.GetUtcNow().AddHours(1);
    private static readonly SessionName _session = SessionSecret.Parse("a session for the tests").NameOf(EndToEndMode.None);
    private static readonly SessionName _other = SessionSecret.Parse("another session for the tests").NameOf(EndToEndMode.None);
    private static readonly TicketMint _mint = new(Tokens.Hs);

    private static string Claims => $$"""{"tenant":"t","exp":{{_later.ToUnixTimeSeconds()}}}""";

    private static Dictionary<string, string?> Wrong => new()
    {
        ["absent"] = null,
        ["expired"] = _mint.Sign(new Ticket("t", _later.AddHours(-2))),
        ["not yet"] = _mint.Sign(new Ticket("t", _later) { NotBefore = _later.AddMinutes(-1) }),
        ["other session"] = _mint.Sign(new Ticket("t", _later) { Session = Text(_other) }),
        ["other role"] = _mint.Sign(new Ticket("t", _later) { Session = Text(_session), Role = TicketRole.Listen }),
        ["alg none"] = $"{Tokens.Encode("""{"alg":"none","kid":"hs","typ":"JWT"}""")}.{Tokens.Encode(Claims)}.",
        ["wrong key"] = Tokens.Hmac("""{"alg":"HS256","kid":"hs","typ":"JWT"}""", Claims, new byte[32]),
        ["unknown key"] = Tokens.Hmac("""{"alg":"HS256","kid":"nobody's","typ":"JWT"}""", Claims),
        ["public key as a secret"] = Tokens.Hmac("""{"alg":"HS256","kid":"es","typ":"JWT"}""", Claims, System.Text.Encoding.ASCII.GetBytes(Tokens.Pair.ExportSubjectPublicKeyInfoPem())),
        ["no token"] = "ticket",
        ["as long as may be"] = new string('x', FrameBounds.MaxTicketLength),
    };

    public static TheoryData<string> Wrongs => [.. Wrong.Keys];

    [Theory]
    [MemberData(nameof(Wrongs))]
    public async Task B112_A_wrong_ticket_gets_the_one_answer_and_not_before_its_time(string what)
    {
        await using Rendezvous rendezvous = await Rendezvous.StartAsync(_closed);
        using RawEnd end = await RawEnd.ConnectAsync(rendezvous.EndPoint);
        long begun = Stopwatch.GetTimestamp();
        await end.Peer.WriteAsync(RawEnd.Beginning(_session, EndRole.Connect, Wrong[what]));
        await end.ExpectAsync<WelcomeFrame>();
        Assert.Equal(RawEnd.Bytes(new RefusedFrame(RefusalCode.Denied, null)), await end.ReadBytesAsync());
        TimeSpan took = Stopwatch.GetElapsedTime(begun);

        // A timer counts whole milliseconds of a clock of its own, and may be as much early.
        Assert.True(took >= new MeetingOptions().DenyAfter - TimeSpan.FromMilliseconds(2), $"after {took}");
        Assert.Empty(await end.Peer.ReadToEndAsync());
        Assert.Equal((0, 0), (rendezvous.Relay.GetStats().Waiting, rendezvous.Relay.GetStats().Sessions));
    }

    [Fact]
    public async Task An_address_beyond_its_rate_has_no_ticket_verified_and_a_wrong_one_is_answered_as_a_right_one()
    {
        await using Rendezvous rendezvous = await Rendezvous.StartAsync(_closed with { MaxJoinsPerMinutePerAddress = 2 });
        string wrong = Wrong["wrong key"]!, right = _mint.Sign(new Ticket("t", _later));
        for (int i = 0; i < 2; i++)
        {
            using RawEnd denied = await RawEnd.JoinAsync(rendezvous.EndPoint, _session, EndRole.Connect, wrong, from: 1);
            await denied.RefusedAsync(RefusalCode.Denied);
        }

        foreach (string ticket in (string[])[wrong, right])
        {
            using RawEnd busy = await RawEnd.JoinAsync(rendezvous.EndPoint, _session, EndRole.Connect, ticket, from: 1);
            Assert.NotNull((await busy.RefusedAsync(RefusalCode.Busy)).RetryAfter);
        }

        Assert.Equal(2, rendezvous.Log.Entries.Count(static entry => entry.Message.Contains("its ticket for session", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task B112_A_session_that_is_full_is_answered_as_one_to_which_the_ticket_is_wrong()
    {
        await using Rendezvous rendezvous = await Rendezvous.StartAsync(_closed with { MaxWaitingPerSession = 1 });
        using RawEnd first = await RawEnd.WaitAsync(rendezvous.EndPoint, _session, EndRole.Listen, _mint.Sign(new Ticket("t", _later)));
        using RawEnd second = await RawEnd.JoinAsync(rendezvous.EndPoint, _session, EndRole.Listen, _mint.Sign(new Ticket("t", _later)));
        await second.ExpectAsync<WelcomeFrame>();
        Assert.Equal(RawEnd.Bytes(new RefusedFrame(RefusalCode.Denied, null)), await second.ReadBytesAsync());
        Assert.Equal(1, rendezvous.Relay.GetStats().Waiting);
    }

    [Fact]
    public async Task B112_A_ticket_that_is_longer_than_any_may_be_is_no_frame()
    {
        await using Rendezvous rendezvous = await Rendezvous.StartAsync(_closed);
        using RawEnd end = await RawEnd.ConnectAsync(rendezvous.EndPoint);
        byte[] most = RawEnd.Beginning(_session, EndRole.Connect, new string('x', FrameBounds.MaxTicketLength));
        int join = Opening.Bytes.Length + RawEnd.Bytes(new HelloFrame([1], "raw")).Length;
        int ticket = most.AsSpan().IndexOf((byte[])[0x79, 0x08, 0x00]);
        byte[] longer = [.. most.AsSpan(0, ticket), 0x79, 0x08, 0x01, .. most.AsSpan(ticket + 3), (byte)'x'];
        System.Buffers.Binary.BinaryPrimitives.WriteUInt16BigEndian(longer.AsSpan(join), (ushort)(longer.Length - join - FrameBounds.PrefixLength));
        await end.Peer.WriteAsync(longer);
        await end.RefusedAsync(RefusalCode.Malformed);
    }

    [Fact]
    public async Task B112_Ends_of_two_tenants_do_not_meet_in_a_session_of_one_name()
    {
        await using Rendezvous rendezvous = await Rendezvous.StartAsync(_closed);
        using RawEnd one = await RawEnd.WaitAsync(rendezvous.EndPoint, _session, EndRole.Listen, _mint.Sign(new Ticket("one", _later)));
        using RawEnd other = await RawEnd.WaitAsync(rendezvous.EndPoint, _session, EndRole.Connect, _mint.Sign(new Ticket("other", _later)));
        Assert.Equal((2, 2), (rendezvous.Relay.GetStats().Waiting, rendezvous.Relay.GetStats().Sessions));
        using RawEnd same = await RawEnd.JoinAsync(rendezvous.EndPoint, _session, EndRole.Connect, new TicketMint(Tokens.Es).Sign(new Ticket("one", _later)));
        await one.ExpectAsync<OpenFrame>();
        await one.WriteAsync(new AcceptFrame());
        await one.ExpectAsync<PairedFrame>();
    }

    [Fact]
    public async Task B112_A_wrong_ticket_says_why_to_the_log_and_to_its_own_user_what_to_look_at()
    {
        await using Rendezvous rendezvous = await Rendezvous.StartAsync(_closed);
        IOException none = await Assert.ThrowsAsync<IOException>(() => rendezvous.Via().ConnectAsync(TestContext.Current.CancellationToken).AsTask().InTimeAsync());
        Assert.Contains("it may ask for a ticket, which this end does not have", none.Message, StringComparison.Ordinal);
        IOException expired = await Assert.ThrowsAsync<IOException>(
            () => rendezvous.Via(ticket: Wrong["expired"]).ListenAsync(TestContext.Current.CancellationToken).AsTask().InTimeAsync());
        Assert.Contains("it may have expired", expired.Message, StringComparison.Ordinal);
        await rendezvous.Log.FirstAsync("its ticket for session");
    }

    private static string Text(SessionName name)
    {
        byte[] bytes = new byte[SessionName.Length];
        name.Write(bytes);
        return System.Buffers.Text.Base64Url.EncodeToString(bytes);
    }
}
