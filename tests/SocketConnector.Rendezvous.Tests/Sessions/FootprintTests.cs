using SocketConnector.Rendezvous.Sessions;
using SocketConnector.Rendezvous.Wire;

namespace SocketConnector.Rendezvous.Tests.Sessions;

/// <summary>Measured alone: the garbage of other tests would count.</summary>
[CollectionDefinition(nameof(Footprint), DisableParallelization = true)]
public sealed class Footprint;

[Collection(nameof(Footprint))]
public sealed class FootprintTests(ITestOutputHelper output)
{
    // Of the 2 KiB that an end may take with its socket. Measured: 392 with a session and an address of its own for each.
    private const int MaxBytes = 512;
    private const int Ends = 50_000;

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void A_waiting_end_is_small(bool isAlone)
    {
        var place = new MeetingPlace(new MeetingOptions { MaxWaitingPerSession = Ends, MaxWaitingPerAddress = Ends });
        var hello = new HelloFrame([1], null);
        var outcomes = new List<Outcome>(8);
        var all = new RelayEnd[Ends];
        var grant = new Grant();
        long before = GC.GetTotalMemory(forceFullCollection: true);
        for (int i = 0; i < Ends; i++)
        {
            var end = new RelayEnd(isAlone ? (UInt128)(uint)(i + 1) : 0);
            var turn = new Turn(i, outcomes);
            place.Open(end, turn);
            place.Receive(end, hello, null, turn);
            place.Receive(end, new JoinFrame(new SessionName(isAlone ? (UInt128)(uint)i : 0), EndRole.Listen, null, default), grant, turn);
            all[i] = end;
            outcomes.Clear();
        }

        long each = (GC.GetTotalMemory(forceFullCollection: true) - before) / Ends;
        output.WriteLine($"{each} bytes for each end");
        Assert.Equal(Ends, place.Waiting);
        Assert.All(all, static end => Assert.Equal(EndState.Waiting, end.State));
        Assert.InRange(each, 1, MaxBytes);
    }
}
