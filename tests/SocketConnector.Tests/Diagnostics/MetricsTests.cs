using System.Diagnostics.Metrics;
using SocketConnector.TestKit;

namespace SocketConnector.Tests.Diagnostics;

public sealed class MetricsTests
{
    [Theory]
    [InlineData(null, "")]
    [InlineData("db", " socketconnector.connector.name=db")]
    public async Task The_meter_counts_connections_their_ends_their_bytes_and_their_seconds(string? name, string tag)
    {
        using var factory = new OneMeter();
        var seen = new Dictionary<string, double>(StringComparer.Ordinal);
        using var listener = new MeterListener
        {
            InstrumentPublished = (instrument, self) =>
            {
                if (ReferenceEquals(instrument.Meter, factory.Meter))
                {
                    self.EnableMeasurementEvents(instrument);
                }
            },
        };
        listener.SetMeasurementEventCallback<long>((instrument, value, tags, _) => Add(instrument, value, tags));
        listener.SetMeasurementEventCallback<double>((instrument, value, tags, _) => Add(instrument, value, tags));
        listener.Start();
        var clock = new ManualClock();
        var options = new ConnectorOptions { GracePeriod = Timeout.InfiniteTimeSpan, MeterFactory = factory, TimeProvider = clock, Name = name };

        await using (RelayedPair pair = await RelayedPair.StartAsync(Mode.ServerToServer, options))
        {
            await Eventually.TrueAsync(() => Seen($"socketconnector.connections.active{tag}") == 1);
            await pair.A.WriteAsync("12345");
            await pair.B.ReadTextAsync(5);
            clock.Advance(TimeSpan.FromSeconds(3));
            pair.A.EndHalf();
            await pair.B.ReadToEndAsync();
            pair.B.Dispose();
            await pair.Connection.Completion.InTimeAsync();
        }

        Assert.Equal(0, Seen($"socketconnector.connections.active{tag}"));
        Assert.Equal(1, Seen($"socketconnector.closed{tag} reason=Completed side=A"));
        Assert.Equal(3, Seen($"socketconnector.connection.duration{tag} reason=Completed side=A"));
        Assert.Equal(5, Seen($"socketconnector.bytes{tag} direction=a_to_b"));
        Assert.Equal(0, Seen($"socketconnector.bytes{tag} direction=b_to_a"));

        double? Seen(string key)
        {
            lock (seen)
            {
                return seen.TryGetValue(key, out double value) ? value : null;
            }
        }

        void Add(Instrument instrument, double value, ReadOnlySpan<KeyValuePair<string, object?>> tags)
        {
            string key = string.Join(' ', [instrument.Name, .. tags.ToArray().Select(tag => $"{tag.Key}={tag.Value}")]);
            lock (seen)
            {
                seen[key] = seen.GetValueOrDefault(key) + value;
            }
        }
    }
}
