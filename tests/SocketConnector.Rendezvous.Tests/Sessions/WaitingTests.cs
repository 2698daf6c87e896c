using SocketConnector.Rendezvous.Sessions;
using SocketConnector.Rendezvous.Wire;

namespace SocketConnector.Rendezvous.Tests.Sessions;

/// <summary>How long an end waits, and what ends its wait.</summary>
public sealed class WaitingTests
{
    private readonly Scene _scene = new();

    [Fact]
    public void Three_unanswered_pings_are_an_end()
    {
        NamedEnd listening = _scene.Listen("L");
        _scene.Out();
        Assert.Equal("L:PING", _scene.Pass(20_000));
        Assert.Equal("", _scene.Say(listening, new PongFrame()));
        Assert.Equal("L:PING, L:PING, L:PING", _scene.Pass(60_000));
        Assert.Equal("L:|NoHeartbeat", _scene.Pass(20_000));
    }

    [Fact]
    public void Pings_go_out_in_the_order_of_arrival()
    {
        for (int i = 0; i < 4; i++)
        {
            _scene.Listen($"L{i}");
        }

        _scene.Out();
        Assert.Equal("L0:PING, L1:PING, L2:PING, L3:PING", _scene.Pass(20_000));
    }

    [Fact]
    public void A_connecting_end_waits_for_a_minute_and_a_listening_one_for_a_day()
    {
        NamedEnd listening = _scene.Joined("L", EndRole.Listen, new SessionName(2));
        NamedEnd connecting = _scene.Connect("X");
        string last = "";
        long since = _scene.Now;
        while (listening.State == EndState.Waiting)
        {
            last = _scene.Pass(20_000);
            _scene.Say(listening, new PongFrame());
            if (connecting.State == EndState.Gone)
            {
                Assert.True(_scene.Now - since >= 60_000);
            }
            else
            {
                _scene.Say(connecting, new PongFrame());
                Assert.True(_scene.Now - since < 60_000);
            }
        }

        Assert.Equal(("L:REFUSED TimedOut 0|TimedOut", 86_400_000), (last, _scene.Now - since));
    }

    [Fact]
    public void A_ticket_may_allow_a_shorter_wait_but_no_longer_one()
    {
        Assert.Equal("L:WAIT 5", _scene.Join(_scene.Joining("L"), EndRole.Listen, grant: new Grant("t", AtMost: TimeSpan.FromMilliseconds(4_500))));
        Assert.Equal("X:WAIT 60", _scene.Join(_scene.Joining("X"), EndRole.Connect, grant: new Grant("u", AtMost: TimeSpan.FromHours(1))));
        Assert.Equal("", _scene.Pass(4_499));
        Assert.Equal("L:REFUSED TimedOut 0|TimedOut", _scene.Pass(1));
    }

    [Fact]
    public void An_end_is_not_held_beyond_its_wait()
    {
        _scene.Listen("L");
        NamedEnd comer = _scene.Joining("X");
        _scene.Join(comer, EndRole.Connect, grant: new Grant(AtMost: TimeSpan.FromSeconds(1)));
        Assert.Equal("X:REFUSED TimedOut 0|TimedOut", _scene.Pass(1_000));
    }

    [Fact]
    public void One_whose_wait_ends_while_it_is_asked_may_still_accept()
    {
        NamedEnd listening = _scene.Joining("L");
        _scene.Join(listening, EndRole.Listen, grant: new Grant(AtMost: TimeSpan.FromSeconds(1)));
        _scene.Pass(500);
        NamedEnd comer = _scene.Connect("X");
        _scene.Out();
        Assert.Equal("", _scene.Pass(1_000));
        _scene.Leave(comer);
        Assert.Equal("L:REFUSED TimedOut 0|TimedOut", _scene.Accept(listening));
    }

    [Fact]
    public void An_end_that_does_not_join_is_dropped()
    {
        _scene.Opening("E");
        Assert.Equal("", _scene.Pass(9_999));
        Assert.Equal("E:|NeverJoined", _scene.Pass(1));
    }

    [Fact]
    public void A_relay_that_stops_sends_away_all_that_wait_and_refuses_what_comes()
    {
        NamedEnd asked = _scene.Listen("L");
        NamedEnd comer = _scene.Connect("X");
        _scene.Joined("M", EndRole.Listen, new SessionName(2));
        NamedEnd late = _scene.Joining("Y");
        _scene.Out();
        Assert.Equal("M:GOAWAY 10 a:1 b:2|Draining", _scene.Drain(10, "a:1", "b:2"));
        Assert.Equal("Y:REFUSED Draining 10000|Draining", _scene.Join(late, EndRole.Connect));
        _scene.Now += 500;
        Assert.Equal("L:GOAWAY 9.5 a:1 b:2|Draining, X:REFUSED Draining 9500|Draining", _scene.Decline(asked));
        Assert.Equal((EndState.Gone, 0), (comer.State, _scene.Place.Count));
    }

    [Fact]
    public void A_relay_that_stops_refuses_one_whose_comer_has_left()
    {
        NamedEnd asked = _scene.Listen("L");
        NamedEnd comer = _scene.Connect("X");
        _scene.Out();
        _scene.Drain(10);
        _scene.Leave(comer);
        Assert.Equal("L:REFUSED Draining 10000|Draining", _scene.Accept(asked));
    }
}
