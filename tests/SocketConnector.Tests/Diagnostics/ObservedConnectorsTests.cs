using System.Diagnostics.Metrics;
using System.Globalization;
using System.Runtime.CompilerServices;
using SocketConnector.Diagnostics;
using SocketConnector.TestKit;

namespace SocketConnector.Tests.Diagnostics;

public sealed class ObservedConnectorsTests : IDisposable
{
    private readonly Measurements _measured = new();

    public void Dispose() => _measured.Dispose();

    [Fact]
    public void Names_without_a_connector_are_forgotten_from_the_oldest_on()
    {
        ObservedConnectors all = Publish();
        for (int i = 0; i < 2 * ObservedConnectors.MaxEndedNames; i++)
        {
            var connector = new Totals();
            all.Add(i.ToString(CultureInfo.InvariantCulture), connector);
            all.Remove(i.ToString(CultureInfo.InvariantCulture), connector);
        }

        all.Add("running", new Totals());
        _measured.Value("collect");
        Assert.Equal(ObservedConnectors.MaxEndedNames + 1, _measured.Series.Count(series => series.StartsWith("socketconnector.connections.active", StringComparison.Ordinal)));
    }

    [Fact]
    public void A_name_that_comes_back_goes_on_with_its_sums()
    {
        ObservedConnectors all = Publish();
        for (int i = 0; i < 3; i++)
        {
            var connector = new Totals();
            all.Add("db", connector);
            all.Remove("db", connector);
            all.Remove("db", connector);
        }

        Assert.Equal(3 * Totals.Bytes, _measured.Value("socketconnector.io socketconnector.connector.name=db socketconnector.direction=a_to_b"));
        Assert.Equal(3 * Totals.Events, _measured.Value("socketconnector.events.dropped socketconnector.connector.name=db"));
        Assert.Equal(3 * Totals.Missed, _measured.Value("socketconnector.capture.dropped socketconnector.connector.name=db"));
        Assert.Equal(0, _measured.Value("socketconnector.pending socketconnector.connector.name=db socketconnector.side=A"));
    }

    [Fact]
    public async Task A_connector_that_has_ended_is_let_go()
    {
        ObservedConnectors all = Publish();
        WeakReference ended = AddAndRemove(all);
        await Eventually.TrueAsync(() =>
        {
            GC.Collect();
            return !ended.IsAlive;
        });
    }

    [Fact]
    public void A_listener_that_fails_at_one_instrument_costs_none_of_the_others()
    {
        using var meter = new Meter("one");
        var seen = new List<string>();
        using var listener = new MeterListener
        {
            InstrumentPublished = (instrument, _) =>
            {
                if (ReferenceEquals(instrument.Meter, meter))
                {
                    seen.Add(instrument.Name);
                    throw new InvalidOperationException("no");
                }
            },
        };
        listener.Start();
        var all = ObservedConnectors.Of(meter);
        int failures = 0;
        for (bool isDone = false; !isDone;)
        {
            try
            {
                all.Publish(meter);
                isDone = true;
            }
            catch (InvalidOperationException)
            {
                failures++;
            }
        }

        Assert.Equal(failures, seen.Count);
        Assert.Equal(5, seen.Distinct(StringComparer.Ordinal).Count());
    }

    private ObservedConnectors Publish()
    {
        Meter meter = _measured.Factory.Create(new MeterOptions("one"));
        var all = ObservedConnectors.Of(meter);
        all.Publish(meter);
        return all;
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static WeakReference AddAndRemove(ObservedConnectors all)
    {
        var connector = new Totals();
        all.Add(null, connector);
        all.Remove(null, connector);
        return new WeakReference(connector);
    }

    private sealed class Totals : IConnectorTotals
    {
        public const long Bytes = 7;
        public const long Events = 3;
        public const long Missed = 2;

        public long Active => 1;

        public long DroppedEvents => Events;

        public long MissedByTaps => Missed;

        public long Pending(Side side) => 1;

        public long DeliveredTo(Side side) => Bytes;
    }
}
