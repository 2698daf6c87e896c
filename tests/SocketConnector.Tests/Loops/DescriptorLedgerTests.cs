using SocketConnector.Loops;
using SocketConnector.TestKit;

namespace SocketConnector.Tests.Loops;

public sealed class DescriptorLedgerTests
{
    private const long Limit = 1024;
    private const long Others = 77;
    private readonly DescriptorLedger _ledger = new(new DescriptorBudget(Limit, 0));

    public DescriptorLedgerTests() => Measure();

    [Fact]
    public void B77_A_dial_that_was_promised_is_refused_by_no_measure()
    {
        int clients = 0;
        while (TryAccept())
        {
            clients++;
        }

        Assert.InRange(clients, 300, 450);

        // All the sockets that the clients have, and those dialled by half of them, are taken for another's: as many as a measure can be wrong by.
        for (int i = 0; i < clients / 2; i++)
        {
            _ledger.Take(1, isPromised: true);
        }

        _ledger.Publish(new DescriptorBudget(Limit, Others + _ledger.Open));
        Assert.True(_ledger.InUse > _ledger.Budget.MaxDialled);
        for (int i = clients / 2; i < clients; i++)
        {
            Assert.True(_ledger.MayOpen(isPromised: true), $"the dial of client {i} of {clients} is refused");
            _ledger.Take(1, isPromised: true);
            _ledger.CountByItself();
            _ledger.Settle();
        }

        Assert.False(_ledger.MayOpen(isPromised: false));
        Assert.False(_ledger.TryPromise());
        Assert.Equal(2 * clients, _ledger.Open);
        Assert.True(Others + _ledger.Open < Limit);
    }

    [Fact]
    public void B77_Sockets_that_open_while_others_are_counted_are_not_taken_for_theirs()
    {
        LedgerState before = _ledger.BeginMeasure();
        for (int i = 0; i < 200; i++)
        {
            Assert.True(TryAccept());
            _ledger.Take(1, isPromised: true);
        }

        _ledger.EndMeasure(before, Limit, Others + _ledger.Open, expected: 0);
        Assert.Equal(Others, _ledger.Budget.Others);
    }

    [Fact]
    public void B77_Sockets_that_wait_for_a_dial_take_two_and_are_let_in_no_further_than_fits()
    {
        long fits = (_ledger.Budget.MaxAccepted - Others) / 2;
        for (int i = 0; i < fits; i++)
        {
            Assert.True(TryAccept());
        }

        Assert.False(TryAccept());

        // A dial that has failed gives nothing away; the next attempt has its room.
        _ledger.Take(1, isPromised: true);
        _ledger.GiveBack(1, isPromised: true);
        Assert.False(TryAccept());
        Assert.True(_ledger.MayOpen(isPromised: true));

        // It has left, with its promise.
        _ledger.GiveBack(1, isPromised: false);
        _ledger.Settle();
        Assert.True(TryAccept());
    }

    [Fact]
    public void B77_What_others_open_and_close_is_found()
    {
        Measure(Others + 100);
        Assert.Equal(Others + 100, _ledger.Budget.Others);
        LedgerState before = _ledger.BeginMeasure();
        _ledger.Take(3, isPromised: false);
        _ledger.GiveBack(2, isPromised: false);

        // Those three may have been among the 60, or none of them.
        _ledger.EndMeasure(before, Limit, 60, expected: 0);
        Assert.Equal(60, _ledger.Budget.Others);
    }

    /// <summary>Whatever comes and goes meanwhile, and whichever of it a count finds.</summary>
    [Fact]
    public Task B77_No_measure_changes_what_others_have_while_they_have_as_many() => Seeded.RunAsync(seed =>
    {
        var random = new Random(seed);
        var clients = new Queue<bool>();
        for (int round = 0; round < 300; round++)
        {
            LedgerState before = _ledger.BeginMeasure();
            long open = _ledger.Open;
            (int came, int went) = (0, 0);
            for (int steps = random.Next(20); steps > 0; steps--)
            {
                if (random.Next(2) == 0 && TryAccept())
                {
                    clients.Enqueue(random.Next(2) == 0);
                    _ledger.Take(clients.Last() ? 1 : 0, isPromised: true);
                    came += clients.Last() ? 2 : 1;
                }
                else if (clients.TryDequeue(out bool wasDialled))
                {
                    Leave(wasDialled);
                    went += wasDialled ? 2 : 1;
                }
            }

            // Those that were open all the while, and any number of the rest.
            long found = random.NextInt64(Math.Max(0, open - went), open + came + 1);
            _ledger.EndMeasure(before, Limit, Others + found, expected: 0);
            Assert.Equal(Others, _ledger.Budget.Others);
        }

        while (clients.TryDequeue(out bool wasDialled))
        {
            Leave(wasDialled);
        }

        Assert.Equal((0, 0), (_ledger.Open, _ledger.Spoken));
        return Task.CompletedTask;
    });

    private bool TryAccept()
    {
        _ledger.Take(1, isPromised: false);
        if (_ledger.TryPromise())
        {
            return true;
        }

        _ledger.GiveBack(1, isPromised: false);
        return false;
    }

    private void Leave(bool wasDialled)
    {
        _ledger.GiveBack(1, isPromised: false);
        _ledger.GiveBack(wasDialled ? 1 : 0, isPromised: true);
        _ledger.Settle();
    }

    private void Measure(long others = Others) => _ledger.EndMeasure(_ledger.BeginMeasure(), Limit, others + _ledger.Open, expected: 0);
}
