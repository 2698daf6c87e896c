using SocketConnector.Rendezvous.Wire;

namespace SocketConnector.Rendezvous.Tests.Sessions;

/// <summary>Frames that are under way towards each other.</summary>
public sealed class CrossingTests
{
    private readonly Scene _scene = new();

    [Fact]
    public void A_ping_that_crosses_OPEN_is_answered_before_PAIRED()
    {
        NamedEnd listening = _scene.Listen("L");
        _scene.Connect("X");
        _scene.Out();
        Assert.Equal("L:PONG", _scene.Say(listening, new PingFrame()));
        Assert.Equal("L:PAIRED X, X:PAIRED L, X+L", _scene.Accept(listening));
    }

    [Fact]
    public void A_ping_that_OPEN_follows_is_answered_before_ACCEPT()
    {
        NamedEnd listening = _scene.Listen("L");
        _scene.Out();
        Assert.Equal("L:PING", _scene.Pass(20_000));
        _scene.Connect("X");
        Assert.Equal("L:OPEN X", _scene.Out());
        Assert.Equal("", _scene.Say(listening, new PongFrame()));
        Assert.Equal("L:PAIRED X, X:PAIRED L, X+L", _scene.Accept(listening));
    }

    [Fact]
    public void The_relay_does_not_ping_an_end_that_is_asked()
    {
        NamedEnd listening = _scene.Listen("L");
        _scene.Pass(19_500);
        _scene.Connect("X");
        _scene.Out();
        Assert.Equal("", _scene.Pass(1_999));
        Assert.Equal("X:WAIT 59", _scene.Decline(listening));
        Assert.Equal("", _scene.Pass(19_999));
        Assert.Equal("L:PING, X:PING", _scene.Pass(1));
    }

    [Fact]
    public void An_ACCEPT_that_the_comers_leaving_crosses_is_answered_by_WAIT()
    {
        NamedEnd listening = _scene.Listen("L");
        NamedEnd comer = _scene.Connect("X");
        _scene.Out();
        Assert.Equal("X:|Left", _scene.Leave(comer));
        Assert.Equal("L:WAIT 86400", _scene.Accept(listening));
        Assert.Equal("L:PONG", _scene.Say(listening, new PingFrame()));
    }

    [Fact]
    public void An_ACCEPT_is_never_taken_for_that_to_another_OPEN()
    {
        NamedEnd listening = _scene.Listen("L");
        NamedEnd comer = _scene.Connect("X");
        _scene.Out();
        _scene.Leave(comer);
        _scene.Connect("Y");

        // L has an OPEN that it has not answered, so Y is neither asked for nor told to wait yet.
        Assert.Equal("", _scene.Out());
        Assert.Equal("L:WAIT 86400, L:OPEN Y", _scene.Accept(listening));
        Assert.Equal("L:PAIRED Y, Y:PAIRED L, Y+L", _scene.Accept(listening));
    }

    [Fact]
    public void A_DECLINE_that_the_comers_leaving_crosses_frees_the_end()
    {
        NamedEnd listening = _scene.Listen("L");
        NamedEnd comer = _scene.Connect("X");
        _scene.Leave(comer);
        _scene.Connect("Y");
        _scene.Out();
        Assert.Equal("L:OPEN Y", _scene.Decline(listening));
    }

    [Fact]
    public void An_end_keeps_its_place_in_front_when_its_comer_leaves()
    {
        NamedEnd first = _scene.Listen("L");
        _scene.Listen("M");
        NamedEnd comer = _scene.Connect("X");
        _scene.Leave(comer);
        _scene.Accept(first);
        _scene.Out();
        _scene.Connect("Y");
        Assert.Equal("L:OPEN Y", _scene.Out());
    }

    [Fact]
    public void An_end_that_is_left_by_its_comer_and_stays_silent_is_dropped()
    {
        _scene.Listen("L");
        NamedEnd comer = _scene.Connect("X");
        _scene.Leave(comer);
        _scene.Out();
        Assert.Equal("L:REFUSED TimedOut 0|Unanswered", _scene.Pass(2_000));
    }

    [Fact]
    public void An_ACCEPT_that_its_deadline_crosses_is_too_late()
    {
        NamedEnd listening = _scene.Listen("L");
        _scene.Connect("X");
        _scene.Out();
        Assert.Equal("L:REFUSED TimedOut 0|Unanswered, X:WAIT 58", _scene.Pass(2_000));
        Assert.Equal("", _scene.Accept(listening));
    }

    [Fact]
    public void A_ping_that_a_refusal_crosses_is_not_answered()
    {
        NamedEnd connecting = _scene.Connect("X");
        for (int i = 0; i < 2; i++)
        {
            _scene.Pass(20_000);
            _scene.Say(connecting, new PongFrame());
        }

        Assert.Equal("X:REFUSED TimedOut 0|TimedOut", _scene.Pass(20_000));
        Assert.Equal("", _scene.Say(connecting, new PingFrame()));
    }

    [Fact]
    public void An_ACCEPT_that_draining_crosses_still_pairs()
    {
        NamedEnd listening = _scene.Listen("L");
        _scene.Connect("X");
        _scene.Out();
        Assert.Equal("", _scene.Drain(10));
        Assert.Equal("L:PAIRED X, X:PAIRED L, X+L", _scene.Accept(listening));
    }

    [Fact]
    public void A_ping_that_GOAWAY_crosses_is_not_answered()
    {
        NamedEnd listening = _scene.Listen("L");
        _scene.Out();
        Assert.Equal("L:GOAWAY 10 other:7000|Draining", _scene.Drain(10, "other:7000"));
        Assert.Equal("", _scene.Say(listening, new PingFrame()));
    }

    [Fact]
    public void Both_leaving_at_once_leaves_nothing()
    {
        NamedEnd listening = _scene.Listen("L");
        NamedEnd comer = _scene.Connect("X");
        _scene.Out();
        Assert.Equal("X:|Left", _scene.Leave(comer));
        Assert.Equal("L:|Left", _scene.Leave(listening));
        Assert.Equal((0, 0, 0, 0, 0), (_scene.Place.Count, _scene.Place.Waiting, _scene.Place.Remembered.Sessions, _scene.Place.Remembered.Tenants, _scene.Place.Remembered.Addresses));
    }
}
