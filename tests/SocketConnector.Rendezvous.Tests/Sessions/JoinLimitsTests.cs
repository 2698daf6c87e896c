using System.Net;
using SocketConnector.Rendezvous.Sessions;
using SocketConnector.Rendezvous.Wire;

namespace SocketConnector.Rendezvous.Tests.Sessions;

public sealed class JoinLimitsTests
{
    private static readonly MeetingOptions _wide = new() { JoinsPerMinutePerAddress = 1_000_000, JoinsPerMinutePerTenant = 1_000_000 };

    public static TheoryData<string, string> Full => new()
    {
        { "all", "X:REFUSED Busy 5000|RelayFull" },
        { "address", "X:REFUSED Busy 5000|AddressFull" },
        { "tenant", "X:REFUSED Busy 5000|TenantFull" },
        { "ticket", "X:REFUSED Busy 5000|TenantFull" },
        { "sessions", "X:REFUSED Busy 5000|TenantSessions" },
        { "session", "X:REFUSED Denied|SessionFull" },
    };

    [Theory]
    [MemberData(nameof(Full))]
    public void One_too_many_is_refused_and_none_is_evicted(string limit, string refusal)
    {
        Scene scene = new(limit switch
        {
            "all" => _wide with { MaxWaiting = 2 },
            "address" => _wide with { MaxWaitingPerAddress = 2 },
            "tenant" => _wide with { MaxWaitingPerTenant = 2 },
            "sessions" => _wide with { MaxSessionsPerTenant = 2 },
            "session" => _wide with { MaxWaitingPerSession = 2 },
            _ => _wide,
        });
        NamedEnd[] there = [Join("L", 1), Join("M", limit == "session" ? 1u : 2)];
        Assert.Equal(["L:WAIT 86400", "M:WAIT 86400"], scene.Out().Split(", ").Prepend("L:WAIT 86400").Distinct());
        Join("X", limit == "session" ? 1u : 3);
        string answer = scene.Out();
        Assert.Equal(refusal, limit == "session" ? scene.Pass(500) : answer);
        Assert.All(there, static end => Assert.Equal(EndState.Waiting, end.State));

        // Its place is there again with the first that leaves.
        scene.Leave(there[0]);
        Join("Y", limit == "session" ? 1u : 3);
        Assert.Equal("Y:WAIT 86400", scene.Out());
        Assert.Equal(2, scene.Place.Waiting);

        NamedEnd Join(string name, uint session)
        {
            NamedEnd end = scene.Joining(name, 7);
            var join = new JoinFrame(new SessionName(session), EndRole.Listen, null, default);
            scene.Place.Receive(end, join, new Grant("t", limit == "ticket" ? 2 : null), scene.Turn);
            return end;
        }
    }

    [Fact]
    public void A_session_that_is_full_of_one_role_lets_the_other_in()
    {
        Scene scene = new(_wide with { MaxWaitingPerSession = 2 });
        NamedEnd first = scene.Connect("C");
        scene.Connect("D");
        scene.Out();
        scene.Connect("E");
        Assert.Equal("E:REFUSED Denied|SessionFull", scene.Pass(500));
        scene.Listen("L");
        Assert.Equal("C:OPEN L", scene.Out());
        Assert.Equal("C:PAIRED L, L:PAIRED C, C+L", scene.Accept(first));
        scene.Connect("F");
        Assert.Equal("F:WAIT 60", scene.Out());
    }

    [Fact]
    public void A_limit_of_one_is_not_one_of_another()
    {
        Scene scene = new(_wide with { MaxWaitingPerAddress = 1, MaxWaitingPerTenant = 1, MaxSessionsPerTenant = 1, MaxWaitingPerSession = 1 });
        for (uint i = 1; i < 10; i++)
        {
            Assert.Equal("L:WAIT 86400", scene.Join(scene.Joining("L", i), EndRole.Listen, new SessionName(i), new Grant($"t{i}")));
        }
    }

    [Fact]
    public void No_limit_of_a_tenant_or_an_address_holds_for_those_that_have_none()
    {
        Scene scene = new(_wide with { MaxWaitingPerAddress = 1, MaxWaitingPerTenant = 1, MaxSessionsPerTenant = 1 });
        for (uint i = 1; i < 10; i++)
        {
            Assert.Equal("L:WAIT 86400", scene.Join(scene.Joining("L"), EndRole.Listen, new SessionName(i)));
        }
    }

    [Fact]
    public void Whatever_is_denied_is_denied_alike()
    {
        Scene scene = new(_wide with { MaxWaitingPerSession = 1 });
        scene.Listen("L");
        (Grant? Grant, SessionName Session)[] denied =
        [
            (null, Scene.Session),
            (null, new SessionName(2)),
            (new Grant(), Scene.Session),
            (new Grant(AtMost: TimeSpan.Zero), new SessionName(3)),
            (new Grant(AtMost: TimeSpan.FromSeconds(-1)), Scene.Session),
        ];
        foreach ((Grant? grant, SessionName session) in denied)
        {
            NamedEnd end = scene.Joining("E");
            scene.Place.Receive(end, new JoinFrame(session, EndRole.Listen, "t", default), grant, scene.Turn);
            Assert.Equal("", scene.Out());
            Assert.Equal("", scene.Pass(499));
            Assert.StartsWith("E:REFUSED Denied|", scene.Pass(1), StringComparison.Ordinal);
        }

        Assert.Equal(1, scene.Place.Waiting);
    }

    [Fact]
    public void Joins_beyond_the_rate_of_an_address_come_again_when_there_is_one()
    {
        Scene scene = new(new MeetingOptions { JoinsPerMinutePerAddress = 3 });
        for (int i = 0; i < 3; i++)
        {
            Assert.Equal("L:WAIT 86400", scene.Join(scene.Joining("L", 7), EndRole.Listen));
        }

        Assert.Equal("X:REFUSED Busy 20000|AddressRate", scene.Join(scene.Joining("X", 7), EndRole.Listen));
        Assert.Equal("Y:WAIT 86400", scene.Join(scene.Joining("Y", 8), EndRole.Listen));
        scene.Pass(5_000);
        Assert.Equal("X:REFUSED Busy 15000|AddressRate", scene.Join(scene.Joining("X", 7), EndRole.Listen));
        scene.Pass(15_000);
        Assert.Equal("X:WAIT 86400", scene.Join(scene.Joining("X", 7), EndRole.Listen));
    }

    [Fact]
    public void A_join_beyond_the_rate_of_its_address_is_refused_before_its_ticket_is_looked_at_and_others_are_counted_once()
    {
        Scene scene = new(new MeetingOptions { JoinsPerMinutePerAddress = 3 });
        for (int i = 0; i < 3; i++)
        {
            NamedEnd end = scene.Joining("L", 7);
            Assert.True(scene.Place.TryAdmit(end, scene.Turn));
            Assert.Equal("L:WAIT 86400", scene.Join(end, EndRole.Listen));
            Assert.False(scene.Place.TryAdmit(end, scene.Turn));
        }

        NamedEnd late = scene.Joining("X", 7);
        Assert.False(scene.Place.TryAdmit(late, scene.Turn));
        Assert.Equal("X:REFUSED Busy 20000|AddressRate", scene.Out());
        Assert.Equal("", scene.Join(late, EndRole.Listen));
        scene.Drain(10);
        scene.Out();
        NamedEnd stopped = scene.Joining("Y", 8);
        Assert.False(scene.Place.TryAdmit(stopped, scene.Turn));
        Assert.StartsWith("Y:REFUSED Draining", scene.Join(stopped, EndRole.Listen), StringComparison.Ordinal);
    }

    [Fact]
    public void A_wrong_ticket_takes_nothing_from_the_rate_of_its_tenant_but_of_its_address()
    {
        Scene scene = new(new MeetingOptions { JoinsPerMinutePerAddress = 1, JoinsPerMinutePerTenant = 1 });
        scene.Place.Receive(scene.Joining("E", 7), new JoinFrame(Scene.Session, EndRole.Listen, null, default), null, scene.Turn);
        Assert.Equal("", scene.Out());
        Assert.Equal("L:WAIT 86400", scene.Join(scene.Joining("L", 8), EndRole.Listen, grant: new Grant("t")));
        Assert.Equal("M:REFUSED Busy 60000|TenantRate", scene.Join(scene.Joining("M", 9), EndRole.Listen, grant: new Grant("t")));
        Assert.Equal("E:REFUSED Busy 60000|AddressRate", scene.Join(scene.Joining("E", 7), EndRole.Listen, grant: new Grant("u")));
    }

    [Theory]
    [InlineData("192.0.2.1", "::ffff:192.0.2.1", true)]
    [InlineData("192.0.2.1", "192.0.2.2", false)]
    [InlineData("2001:db8::1", "2001:db8::2:3", true)]
    [InlineData("2001:db8::1", "2001:db8:0:1::1", false)]
    [InlineData("::ffff:0:0", "::1", false)]
    public void An_address_is_one_host(string one, string other, bool isSame) =>
        Assert.Equal(isSame, AddressKey.Of(IPAddress.Parse(one)) == AddressKey.Of(IPAddress.Parse(other)));

    [Fact]
    public void A_million_addresses_take_no_more_memory_than_one()
    {
        var rates = new JoinRates(2, 1 << 12);
        Assert.True(rates.TryTake(UInt128.MaxValue, 0, out _));
        Assert.True(rates.TryTake(UInt128.MaxValue, 0, out _));
        long before = GC.GetAllocatedBytesForCurrentThread();
        for (uint i = 1; i <= 1_000_000; i++)
        {
            rates.TryTake(i, 0, out _);
        }

        // A collection counts what is left of the thread's allocation context as allocated: some KiB.
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 100_000);
        Assert.False(rates.TryTake(UInt128.MaxValue, 0, out long retryAfter), "the one that has used its rate up was forgotten");
        Assert.Equal(30_000, retryAfter);
    }
}
