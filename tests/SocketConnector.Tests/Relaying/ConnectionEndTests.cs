using SocketConnector.Joining;
using SocketConnector.Pumping;

namespace SocketConnector.Tests.Relaying;

public sealed class ConnectionEndTests
{
    private readonly ConnectionEnd _end = new();

    [Fact]
    public void The_first_reason_is_the_reason()
    {
        var error = new IOException("gone");
        Assert.False(_end.IsDecided);
        Assert.True(_end.TryDecide(CloseReason.PeerReset, Side.B, error));
        Assert.False(_end.TryDecide(CloseReason.Aborted, null, null));
        _end.Took(TimeSpan.FromSeconds(3));

        Assert.True(_end.IsDecided);
        Assert.Equal((CloseReason.PeerReset, Side.B, error, TimeSpan.FromSeconds(3)), (_end.Info.Reason, _end.Info.Side, _end.Info.Error, _end.Info.Duration));
    }

    [Theory]
    [InlineData(Side.A)]
    [InlineData(Side.B)]
    public void The_side_that_ends_its_half_first_is_noted_once(Side first)
    {
        Assert.Null(_end.First);
        Assert.True(_end.NoteFirst(first, 7));
        Assert.False(_end.NoteFirst(first.Other(), 8));
        Assert.False(_end.NoteFirst(first, 9));
        Assert.Equal(7, _end.FirstAt);
        Assert.Equal(first, _end.First);
    }

    [Fact]
    public void The_first_to_ask_for_an_end_in_order_is_told_so()
    {
        Assert.False(_end.IsAsked);
        Assert.True(_end.TryAsk(now: 7));
        Assert.False(_end.TryAsk(now: 8));
        Assert.Equal(7, _end.AskedAt);
        Assert.True(_end.IsAsked);
        Assert.False(_end.IsDecided);
    }

    [Theory]
    [InlineData(false, false)]
    [InlineData(true, false)]
    [InlineData(false, true)]
    [InlineData(true, true)]
    public void It_is_cut_short_where_a_direction_ended_although_its_source_had_not(bool isFirstCut, bool isSecondCut)
    {
        _end.Arrived(Side.A, isFirstCut ? PumpResult.Ended : PumpResult.Finished);
        Assert.Equal(isFirstCut, _end.IsCutShort);
        _end.Arrived(Side.B, isSecondCut ? PumpResult.Ended : PumpResult.Finished);
        Assert.Equal(isFirstCut || isSecondCut, _end.IsCutShort);
    }

    [Fact]
    public void Two_ends_that_arrive_one_after_the_other_are_each_dealt_with_by_their_bringer()
    {
        Assert.True(_end.Arrived(Side.A, PumpResult.Finished));
        Assert.Equal((Side.A, PumpResult.Finished, true), _end.Next());
        Assert.False(_end.HasMore());

        var failed = new PumpResult(PumpVerdict.SourceFailed, new IOException("reset"));
        Assert.True(_end.Arrived(Side.B, failed));
        Assert.Equal((Side.B, failed, false), _end.Next());
        Assert.False(_end.HasMore());
    }

    [Fact]
    public void An_end_that_arrives_while_the_other_is_dealt_with_is_left_to_who_does_that()
    {
        Assert.True(_end.Arrived(Side.B, PumpResult.Finished));
        Assert.Equal(Side.B, _end.Next().Source);
        Assert.False(_end.Arrived(Side.A, PumpResult.Finished));

        Assert.True(_end.HasMore());
        Assert.Equal((Side.A, PumpResult.Finished, false), _end.Next());
        Assert.False(_end.HasMore());
    }

    [Fact]
    public async Task Of_two_ends_at_once_one_comes_first_and_both_are_dealt_with_by_one_at_a_time()
    {
        for (int round = 0; round < 1000; round++)
        {
            var end = new ConnectionEnd();
            var seen = new List<(Side, bool)>();
            using var together = new Barrier(2);
            await Task.WhenAll(Bring(Side.A), Bring(Side.B)).WaitAsync(TimeSpan.FromSeconds(20), TestContext.Current.CancellationToken);

            Assert.Equal(2, seen.Count);
            Assert.Equal([true, false], seen.Select(one => one.Item2));
            Assert.NotEqual(seen[0].Item1, seen[1].Item1);

            Task Bring(Side side) => Task.Factory.StartNew(
                () =>
                {
                    together.SignalAndWait();
                    if (!end.Arrived(side, PumpResult.Finished))
                    {
                        return;
                    }

                    do
                    {
                        (Side source, _, bool isFirst) = end.Next();
                        seen.Add((source, isFirst));
                    }
                    while (end.HasMore());
                },
                CancellationToken.None,
                TaskCreationOptions.LongRunning,
                TaskScheduler.Default);
        }
    }
}
