using System.Diagnostics.Metrics;
using System.Runtime.CompilerServices;

namespace SocketConnector.Diagnostics;

/// <summary>
/// The observed instruments of one meter, over all connectors that it has: where two of them observe the same tags, exporters keep
/// the later value and add nothing up. Read when somebody collects, on the collector's thread.
/// </summary>
internal sealed class ObservedConnectors
{
    /// <summary>How many names without a connector are remembered, so that their sums go on when a connector has one again.</summary>
    internal const int MaxEndedNames = 256;

    private static readonly ConditionalWeakTable<Meter, ObservedConnectors> _ofMeters = [];
    private static readonly Action<ObservedConnectors, Meter>[] _instruments =
    [
        static (all, meter) => meter.CreateObservableUpDownCounter(
            "socketconnector.connections.active", () => all.Sum(static one => one.Active), "{connection}", "Connections that are joined now."),
        static (all, meter) => meter.CreateObservableUpDownCounter(
            "socketconnector.pending",
            () => all.Sum(static one => one.Pending(Side.A), (MeterTag.Side, "A")).Concat(all.Sum(static one => one.Pending(Side.B), (MeterTag.Side, "B"))),
            "{peer}",
            "Peers that are admitted and wait for a partner."),
        static (all, meter) => meter.CreateObservableCounter(
            "socketconnector.io",
            () => all.Sum(static one => one.DeliveredTo(Side.B), (MeterTag.Direction, MeterTag.AToB)).Concat(all.Sum(static one => one.DeliveredTo(Side.A), (MeterTag.Direction, MeterTag.BToA))),
            "By",
            "Bytes delivered."),
        static (all, meter) => meter.CreateObservableCounter(
            "socketconnector.capture.dropped", () => all.Sum(static one => one.MissedByTaps), "By", "Bytes that a capture, a traffic log or another tap missed, or had to drop, because it was behind."),
        static (all, meter) => meter.CreateObservableCounter(
            "socketconnector.events.dropped", () => all.Sum(static one => one.DroppedEvents), "{event}", "Events that the program's writer did not take."),
    ];

    private readonly Lock _gate = new();
    private readonly Dictionary<string, Named> _byName = new(StringComparer.Ordinal);
    private readonly LinkedList<string> _ended = new();
    private int _published;

    public static ObservedConnectors Of(Meter meter) => _ofMeters.GetValue(meter, static _ => new ObservedConnectors());

    /// <summary>Makes the instruments, each once. Runs the code of listeners: after a failure the next call goes on with the next instrument.</summary>
    public void Publish(Meter meter)
    {
        while (Volatile.Read(ref _published) < _instruments.Length && Interlocked.Increment(ref _published) is int next && next <= _instruments.Length)
        {
            _instruments[next - 1](this, meter);
        }
    }

    public void Add(string? name, IConnectorTotals connector)
    {
        lock (_gate)
        {
            if (!_byName.TryGetValue(name ?? "", out Named? named))
            {
                _byName.Add(name ?? "", named = new Named());
            }

            named.Running.Add(connector);
            _ended.Remove(name ?? "");
        }
    }

    /// <summary>It has ended: its sums stay, and it is let go.</summary>
    public void Remove(string? name, IConnectorTotals connector)
    {
        lock (_gate)
        {
            if (!_byName.TryGetValue(name ?? "", out Named? named) || !named.Running.Remove(connector))
            {
                return;
            }

            named.Ended.Add(connector);
            if (named.Running.Count == 0)
            {
                _ended.AddLast(name ?? "");
                if (_ended.Count > MaxEndedNames)
                {
                    _byName.Remove(_ended.First!.Value);
                    _ended.RemoveFirst();
                }
            }
        }
    }

    private List<Measurement<long>> Sum(Func<IConnectorTotals, long> what, (string Name, string Value)? tag = null)
    {
        var sums = new List<Measurement<long>>();
        lock (_gate)
        {
            foreach ((string name, Named named) in _byName)
            {
                List<KeyValuePair<string, object?>> tags = [];
                if (name.Length > 0)
                {
                    tags.Add(new(MeterTag.ConnectorName, name));
                }

                if (tag is { } with)
                {
                    tags.Add(new(with.Name, with.Value));
                }

                sums.Add(new Measurement<long>(named.Running.Sum(what) + what(named.Ended), tags));
            }
        }

        return sums;
    }

    private sealed class Named
    {
        public HashSet<IConnectorTotals> Running { get; } = [];

        public EndedTotals Ended { get; } = new();
    }
}
