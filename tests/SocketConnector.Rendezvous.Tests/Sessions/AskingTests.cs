using SocketConnector.Rendezvous.Sessions;
using SocketConnector.Rendezvous.Wire;

namespace SocketConnector.Rendezvous.Tests.Sessions;

/// <summary>Several that are asked for one newcomer, since the first ones are silent.</summary>
public sealed class AskingTests
{
    private readonly Scene _scene = new();

    [Fact]
    public void The_next_is_asked_too_when_one_is_silent_for_half_a_second()
    {
        (NamedEnd[] waiting, NamedEnd comer) = Meet(2);
        Assert.Equal("", _scene.Pass(499));
        Assert.Equal("L1:OPEN X", _scene.Pass(1));
        Assert.Equal("L1:PAIRED X, X:PAIRED L1, X+L1", _scene.Accept(waiting[1]));
        Assert.Equal(0, comer.Asked);
        Assert.Equal("L0:REFUSED TimedOut 0|Unanswered", _scene.Pass(2_000));
        Assert.Equal((0, 0, 0), (_scene.Place.Count, _scene.Place.Waiting, _scene.Place.Remembered.Sessions));
    }

    [Fact]
    public void As_many_again_and_one_more_are_asked_every_half_second()
    {
        (NamedEnd[] waiting, NamedEnd comer) = Meet(40);
        foreach (int inAll in (int[])[1, 3, 7, 15])
        {
            Assert.Equal(inAll, comer.Asked);
            Assert.Equal(inAll, waiting.Count(static end => end.State == EndState.Asked));
            Assert.All(waiting[..inAll], end => Assert.Equal((EndState.Asked, comer), (end.State, end.AskedFor)));
            _scene.Pass(500);
        }

        // Two seconds have passed: the first one is dropped, and as many as are left are asked again, and one more.
        Assert.Equal((EndState.Gone, 29), (waiting[0].State, comer.Asked));
    }

    [Fact]
    public void No_more_than_there_are_is_asked()
    {
        (NamedEnd[] waiting, NamedEnd comer) = Meet(2);
        Assert.Equal("L1:OPEN X", _scene.Pass(1_999));
        Assert.Equal("L0:REFUSED TimedOut 0|Unanswered", _scene.Pass(1));
        Assert.Equal("", _scene.Pass(499));

        // Each has two seconds of its own, and the newcomer has waited from its JOIN.
        Assert.Equal("L1:REFUSED TimedOut 0|Unanswered, X:WAIT 58", _scene.Pass(1));
        Assert.Equal((EndState.Gone, EndState.Waiting, 0), (waiting[1].State, comer.State, comer.Asked));
    }

    [Fact]
    public void The_first_that_accepts_is_paired_and_the_others_wait_on()
    {
        (NamedEnd[] waiting, _) = Meet(3);
        Assert.Equal("L1:OPEN X, L2:OPEN X", _scene.Pass(500));
        Assert.Equal("L2:PAIRED X, X:PAIRED L2, X+L2", _scene.Accept(waiting[2]));
        Assert.Equal("L1:WAIT 86400", _scene.Accept(waiting[1]));
        Assert.Equal("L0:WAIT 86400", _scene.Accept(waiting[0]));

        // They have kept their places.
        Assert.Equal("L0:OPEN Y", _scene.Join(_scene.Joining("Y"), EndRole.Connect));
        Assert.Equal("L1:OPEN Z", _scene.Join(_scene.Joining("Z"), EndRole.Connect));
    }

    [Fact]
    public void An_ACCEPT_that_anothers_crosses_is_not_taken_for_that_to_another_OPEN()
    {
        (NamedEnd[] waiting, _) = Meet(2);
        _scene.Pass(500);
        _scene.Accept(waiting[1]);
        Assert.Equal("", _scene.Join(_scene.Joining("Y"), EndRole.Connect));
        Assert.Equal("L0:WAIT 86400, L0:OPEN Y", _scene.Accept(waiting[0]));
        Assert.Equal("L0:PAIRED Y, Y:PAIRED L0, Y+L0", _scene.Accept(waiting[0]));
    }

    [Fact]
    public void A_comer_that_leaves_leaves_all_that_are_asked_for_it()
    {
        (NamedEnd[] waiting, NamedEnd comer) = Meet(3);
        _scene.Pass(500);
        Assert.Equal("X:|Left", _scene.Leave(comer));
        Assert.All(waiting, static end => Assert.Equal((EndState.Asked, null), (end.State, end.AskedFor)));
        Assert.Equal("L2:WAIT 86400", _scene.Accept(waiting[2]));
        Assert.Equal("", _scene.Decline(waiting[1]));
        Assert.Equal("L0:REFUSED TimedOut 0|Unanswered", _scene.Pass(1_500));
        Assert.Equal("L1:OPEN Y", _scene.Join(_scene.Joining("Y"), EndRole.Connect));
    }

    [Fact]
    public void Nobody_else_is_asked_at_once_while_one_of_two_that_are_asked_may_still_accept()
    {
        (NamedEnd[] waiting, NamedEnd comer) = Meet(5);
        _scene.Pass(500);
        Assert.Equal("", _scene.Decline(waiting[1]));
        Assert.Equal("L2:|Left", _scene.Leave(waiting[2]));
        Assert.Equal(1, comer.Asked);
        Assert.Equal("L3:OPEN X, L4:OPEN X", _scene.Pass(500));
        Assert.Equal("L0:PAIRED X, X:PAIRED L0, X+L0", _scene.Accept(waiting[0]));
    }

    [Fact]
    public void The_next_is_asked_at_once_when_the_last_of_several_declines()
    {
        (NamedEnd[] waiting, _) = Meet(3);
        _scene.Pass(500);
        Assert.Equal("", _scene.Decline(waiting[0]));
        Assert.Equal("", _scene.Decline(waiting[2]));
        Assert.Equal("X:WAIT 60", _scene.Decline(waiting[1]));
        Assert.Equal("L0:OPEN Y", _scene.Join(_scene.Joining("Y"), EndRole.Connect));
    }

    [Fact]
    public void Another_comer_finds_one_before_more_are_asked_for_the_first()
    {
        (NamedEnd[] waiting, _) = Meet(3);
        _scene.Pass(400);
        Assert.Equal("L1:OPEN Y", _scene.Join(_scene.Joining("Y"), EndRole.Connect));
        Assert.Equal("L2:OPEN X", _scene.Pass(100));

        // Nobody is left for Y, until L2 has its answer: that it is not needed.
        Assert.Equal("L0:PAIRED X, X:PAIRED L0, X+L0", _scene.Accept(waiting[0]));
        Assert.Equal("L2:WAIT 86400", _scene.Accept(waiting[2]));
        Assert.Equal("L2:OPEN Y", _scene.Pass(400));
    }

    [Fact]
    public void One_that_joins_meanwhile_is_known_to_live_and_is_paired_after_half_a_second()
    {
        (NamedEnd[] waiting, _) = Meet(4);
        _scene.Pass(300);
        Assert.Equal("", _scene.Join(_scene.Joining("M"), EndRole.Listen));
        Assert.Equal("", _scene.Pass(199));
        Assert.Equal("X:PAIRED M, M:PAIRED X, X+M", _scene.Pass(1));
        Assert.Equal("L0:WAIT 86400", _scene.Accept(waiting[0]));
    }

    [Fact]
    public void Two_for_which_others_are_asked_are_not_paired_with_each_other()
    {
        NamedEnd connecting = _scene.Connect("C");
        NamedEnd listening = _scene.Listen("L");
        _scene.Decline(connecting);
        _scene.Out();

        // Both wait, and neither is for the other. One of each role comes, and each is asked for one of them.
        Assert.Equal("L:OPEN X", _scene.Join(_scene.Joining("X"), EndRole.Connect));
        Assert.Equal("C:OPEN M", _scene.Join(_scene.Joining("M"), EndRole.Listen));
        Assert.Equal("", _scene.Pass(1_999));
        Assert.Equal("L:PAIRED X, X:PAIRED L, X+L", _scene.Accept(listening));
        Assert.Equal("C:PAIRED M, M:PAIRED C, C+M", _scene.Accept(connecting));
    }

    [Fact]
    public void A_relay_that_stops_lets_those_that_are_asked_finish_and_asks_no_more()
    {
        (NamedEnd[] waiting, _) = Meet(4);
        _scene.Pass(500);
        Assert.Equal("L3:GOAWAY 10 |Draining", _scene.Drain(10));
        Assert.Equal("L0:GOAWAY 10 |Draining", _scene.Decline(waiting[0]));
        Assert.Equal("", _scene.Pass(1_000));
        Assert.Equal("L1:PAIRED X, X:PAIRED L1, X+L1", _scene.Accept(waiting[1]));
        Assert.Equal("L2:REFUSED Draining 9000|Draining", _scene.Accept(waiting[2]));
        Assert.Equal((0, 0, long.MaxValue), (_scene.Place.Count, _scene.Place.Waiting, _scene.Place.NextDue));
    }

    [Fact]
    public void A_newcomer_may_wait_no_longer_though_more_are_asked_for_it()
    {
        _scene.Listen("L0");
        _scene.Listen("L1");
        _scene.Listen("L2");
        _scene.Listen("L3");
        _scene.Join(_scene.Joining("X"), EndRole.Connect, grant: new Grant(AtMost: TimeSpan.FromMilliseconds(700)));
        Assert.Equal("L1:OPEN X, L2:OPEN X", _scene.Pass(699));
        Assert.Equal("X:REFUSED TimedOut 0|TimedOut", _scene.Pass(1));
        Assert.Equal(4, _scene.Place.Waiting);
    }

    /// <summary>A newcomer to some that wait, the first of which is asked.</summary>
    private (NamedEnd[] Waiting, NamedEnd Comer) Meet(int count)
    {
        NamedEnd[] waiting = [.. Enumerable.Range(0, count).Select(i => _scene.Listen($"L{i}"))];
        _scene.Out();
        NamedEnd comer = _scene.Connect("X");
        Assert.Equal("L0:OPEN X", _scene.Out());
        return (waiting, comer);
    }
}
