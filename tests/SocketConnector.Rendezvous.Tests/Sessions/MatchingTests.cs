using SocketConnector.Rendezvous.Sessions;
using SocketConnector.Rendezvous.Wire;

namespace SocketConnector.Rendezvous.Tests.Sessions;

/// <summary>Who is asked for whom, and when.</summary>
public sealed class MatchingTests
{
    private readonly Scene _scene = new();

    [Fact]
    public void The_one_that_comes_is_held_while_the_one_that_waits_is_asked()
    {
        NamedEnd listening = _scene.Joining("L");
        Assert.Equal("L:WAIT 86400", _scene.Join(listening, EndRole.Listen));
        NamedEnd comer = _scene.Joining("X");
        Assert.Equal("L:OPEN X", _scene.Join(comer, EndRole.Connect));
        Assert.Equal("L:PAIRED X, X:PAIRED L, X+L", _scene.Accept(listening));
        Assert.Equal((0, 0), (_scene.Place.Count, _scene.Place.Waiting));
        Assert.Equal(long.MaxValue, _scene.Place.NextDue);
    }

    [Fact]
    public void A_connecting_end_that_waits_is_asked_as_well()
    {
        NamedEnd connecting = _scene.Connect("X");
        _scene.Listen("L");
        Assert.Equal("X:OPEN L", _scene.Out());
        Assert.Equal("X:PAIRED L, L:PAIRED X, X+L", _scene.Accept(connecting));
    }

    [Fact]
    public void Those_of_one_role_and_of_different_sessions_do_not_meet()
    {
        _scene.Listen("L");
        Assert.Equal("M:WAIT 86400", _scene.Join(_scene.Joining("M"), EndRole.Listen));
        Assert.Equal("X:WAIT 60", _scene.Join(_scene.Joining("X"), EndRole.Connect, new SessionName(2)));
    }

    [Fact]
    public void Those_of_different_tenants_do_not_meet_and_learn_nothing_of_each_other()
    {
        Assert.Equal("L:WAIT 86400", _scene.Join(_scene.Joining("L"), EndRole.Listen, grant: new Grant("one")));
        Assert.Equal("X:WAIT 60", _scene.Join(_scene.Joining("X"), EndRole.Connect, grant: new Grant("two")));
        Assert.Equal("Y:WAIT 60", _scene.Join(_scene.Joining("Y"), EndRole.Connect, grant: new Grant()));
        Assert.Equal("L:OPEN Z", _scene.Join(_scene.Joining("Z"), EndRole.Connect, grant: new Grant("one")));
    }

    [Fact]
    public void The_next_is_asked_when_one_declines_and_the_one_that_declined_keeps_its_place()
    {
        NamedEnd first = _scene.Listen("L");
        NamedEnd second = _scene.Listen("M");
        _scene.Connect("X");
        _scene.Out();
        Assert.Equal("M:OPEN X", _scene.Decline(first));
        Assert.Equal("X:WAIT 60", _scene.Decline(second));
        Assert.Equal("L:OPEN Y", _scene.Join(_scene.Joining("Y"), EndRole.Connect));
    }

    [Fact]
    public void The_next_is_asked_when_one_is_silent_which_is_dropped()
    {
        _scene.Listen("L");
        NamedEnd second = _scene.Listen("M");
        _scene.Connect("X");
        _scene.Out();
        Assert.Equal("M:OPEN X", _scene.Pass(1_999));
        Assert.Equal("L:REFUSED TimedOut 0|Unanswered", _scene.Pass(1));
        Assert.Equal("M:PAIRED X, X:PAIRED M, X+M", _scene.Accept(second));
    }

    [Fact]
    public void The_next_is_asked_when_one_leaves()
    {
        NamedEnd first = _scene.Listen("L");
        _scene.Listen("M");
        _scene.Connect("X");
        _scene.Out();
        Assert.Equal("L:|Left, M:OPEN X", _scene.Leave(first));
    }

    [Fact]
    public void Another_comer_gets_the_next_one()
    {
        NamedEnd first = _scene.Listen("L");
        NamedEnd second = _scene.Listen("M");
        _scene.Connect("X");
        Assert.Equal("M:OPEN Y", _scene.Join(_scene.Joining("Y"), EndRole.Connect));
        Assert.Equal("M:PAIRED Y, Y:PAIRED M, Y+M", _scene.Accept(second));
        Assert.Equal("L:PAIRED X, X:PAIRED L, X+L", _scene.Accept(first));
    }

    [Fact]
    public void One_that_finds_only_asked_ends_is_held_until_they_have_answered()
    {
        NamedEnd listening = _scene.Listen("L");
        _scene.Connect("X");
        Assert.Equal("", _scene.Join(_scene.Joining("Y"), EndRole.Connect));
        Assert.Equal("L:PAIRED X, X:PAIRED L, X+L, Y:WAIT 60", _scene.Accept(listening));
    }

    [Fact]
    public void One_that_declines_one_comer_is_asked_for_the_next_that_is_held()
    {
        NamedEnd listening = _scene.Listen("L");
        _scene.Connect("X");
        _scene.Connect("Y");
        _scene.Out();
        Assert.Equal("X:WAIT 60, L:OPEN Y", _scene.Decline(listening));
        Assert.Equal("L:PAIRED Y, Y:PAIRED L, Y+L", _scene.Accept(listening));
    }

    [Fact]
    public void Two_that_are_held_are_paired_at_once()
    {
        NamedEnd waiting = _scene.Connect("X");
        _scene.Listen("L");
        _scene.Connect("Y");
        _scene.Out();

        // L was held for X's answer, and Y for what would become of L: both are silent.
        Assert.Equal("L:PAIRED Y, Y:PAIRED L, Y+L", _scene.Decline(waiting));
    }
}
