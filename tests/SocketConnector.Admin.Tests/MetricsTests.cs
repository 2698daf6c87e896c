using System.Diagnostics.Metrics;
using System.Net;
using SocketConnector.Admin.Metrics;
using SocketConnector.TestKit;

namespace SocketConnector.Admin.Tests;

/// <summary>Metrics as Prometheus reads them.</summary>
public sealed class MetricsTests
{
    [Theory]
    [InlineData("socketconnector.rejected", "{peer}", true, "socketconnector_rejected_total")]
    [InlineData("socketconnector.io", "By", true, "socketconnector_io_bytes_total")]
    [InlineData("relayed.bytes", "By", true, "relayed_bytes_total")]
    [InlineData("socketconnector.connection.duration", "s", false, "socketconnector_connection_duration_seconds")]
    [InlineData("socketconnector.connections.active", "{connection}", false, "socketconnector_connections_active")]
    [InlineData("a-b/c total", null, true, "a_b_c_total")]
    [InlineData("1st", "1", false, "_1st")]
    [InlineData("x", "m/s", false, "x_m_s")]
    public void A_name_has_its_unit_and_says_what_only_grows(string instrument, string? unit, bool isCounter, string expected) =>
        Assert.Equal(expected, MetricName.Of(instrument, unit, isCounter));

    [Fact]
    public void The_text_is_what_the_format_asks_for()
    {
        MetricFamily[] families =
        [
            new("relayed_total", MetricKind.Counter, "Bytes,\nwith a \\.") { Series = [new([new("name", "say \"hi\"\n\\"), new("side", "A")], 12345678901), new([], 0.5)] },
            new("open", MetricKind.Gauge, null) { Series = [new([], double.NaN)] },
            new("lasted_seconds", MetricKind.Histogram, "How long.") { Series = [new([new("side", "B")], 7.25) { Buckets = ([0.1, 5], [1, 0, 2]) }] },
        ];
        Assert.Equal(
            """
            # HELP relayed_total Bytes,\nwith a \\.
            # TYPE relayed_total counter
            relayed_total{name="say \"hi\"\n\\",side="A"} 12345678901
            relayed_total 0.5
            # TYPE open gauge
            open NaN
            # HELP lasted_seconds How long.
            # TYPE lasted_seconds histogram
            lasted_seconds_bucket{side="B",le="0.1"} 1
            lasted_seconds_bucket{side="B",le="5"} 1
            lasted_seconds_bucket{side="B",le="+Inf"} 3
            lasted_seconds_sum{side="B"} 7.25
            lasted_seconds_count{side="B"} 3

            """.ReplaceLineEndings("\n"),
            PrometheusText.Of(families));
    }

    [Fact]
    public void Each_kind_of_instrument_is_summed_up_in_its_way()
    {
        using var factory = new Factory();
        using Meter other = new("SocketConnector");
        using var reader = new MeterReader(factory);
        Meter meter = factory.Create(new MeterOptions("SocketConnector"));
        Counter<long> counter = meter.CreateCounter<long>("c");
        UpDownCounter<int> upDown = meter.CreateUpDownCounter<int>("u");
        Histogram<double> advised = meter.CreateHistogram("h", "s", null, null, new InstrumentAdvice<double> { HistogramBucketBoundaries = [1, 2] });
        meter.CreateObservableGauge("o", static () => 42);
        other.CreateCounter<long>("foreign").Add(1);
        counter.Add(2, new KeyValuePair<string, object?>("b", 1), new KeyValuePair<string, object?>("a", true));
        counter.Add(3, new KeyValuePair<string, object?>("a", true), new KeyValuePair<string, object?>("b", 1));
        upDown.Add(5);
        upDown.Add(-2);
        advised.Record(1);
        advised.Record(1.5);
        advised.Record(3);
        string text = PrometheusText.Of(reader.Read());
        Assert.Contains("c_total{a=\"True\",b=\"1\"} 5\n", text, StringComparison.Ordinal);
        Assert.Contains("u 3\n", text, StringComparison.Ordinal);
        Assert.Contains("o 42\n", text, StringComparison.Ordinal);
        Assert.Contains("h_seconds_bucket{le=\"1\"} 1\nh_seconds_bucket{le=\"2\"} 2\nh_seconds_bucket{le=\"+Inf\"} 3\n", text, StringComparison.Ordinal);
        Assert.DoesNotContain("foreign", text, StringComparison.Ordinal);
    }

    [Fact]
    public void Sets_of_tags_beyond_a_thousand_are_counted_and_not_kept()
    {
        using var factory = new Factory();
        using var reader = new MeterReader(factory);
        Counter<long> counter = factory.Create(new MeterOptions("SocketConnector")).CreateCounter<long>("c");
        for (int i = 0; i < InstrumentSum.MaxSeries + 7; i++)
        {
            counter.Add(1, new KeyValuePair<string, object?>("address", i));
        }

        IReadOnlyList<MetricFamily> families = reader.Read();
        Assert.Equal(InstrumentSum.MaxSeries, families.Single(static one => one.Name == "c_total").Series.Count);
        Assert.Equal(7, families.Single(static one => one.Name.EndsWith("dropped_measurements_total", StringComparison.Ordinal)).Series.Single().Value);
    }

    [Fact]
    public void What_is_observed_and_fails_costs_itself_alone()
    {
        using var factory = new Factory();
        using var reader = new MeterReader(factory);
        Meter meter = factory.Create(new MeterOptions("SocketConnector"));
        meter.CreateObservableGauge("bad", static int () => throw new InvalidOperationException("no"));
        meter.CreateObservableGauge("good", static () => 1);
        Assert.Contains("good 1\n", PrometheusText.Of(reader.Read()), StringComparison.Ordinal);
    }

    [Fact]
    public void Meters_of_one_name_are_summed_and_no_series_is_told_twice()
    {
        using Factory one = new(), other = new();
        using var reader = new MeterReader(null);
        foreach ((Factory factory, int value) in ((Factory, int)[])[(one, 2), (other, 5)])
        {
            Meter meter = factory.Create(new MeterOptions("SocketConnector"));
            var name = new KeyValuePair<string, object?>("name", "db");
            meter.CreateCounter<long>("twice.c").Add(value, name);
            meter.CreateUpDownCounter<int>("twice.u").Add(value, name);
            meter.CreateObservableCounter("twice.o", () => new Measurement<int>(value, name));
            meter.CreateHistogram("twice.h", null, null, null, new InstrumentAdvice<int> { HistogramBucketBoundaries = [3] }).Record(value, name);
        }

        string[] expected =
        [
            "twice_c_total{name=\"db\"} 7", "twice_h_bucket{name=\"db\",le=\"3\"} 1", "twice_h_bucket{name=\"db\",le=\"+Inf\"} 2", "twice_h_sum{name=\"db\"} 7",
            "twice_h_count{name=\"db\"} 2", "twice_o_total{name=\"db\"} 7", "twice_u{name=\"db\"} 7",
        ];
        Assert.Equal(expected, Samples(reader));

        // What counts never falls, or Prometheus takes it for a restart.
        other.Dispose();
        Assert.Equal([.. expected[..^1], "twice_u{name=\"db\"} 2"], Samples(reader));
        one.Dispose();
        Assert.Equal(expected[..^1], Samples(reader));

        static string[] Samples(MeterReader reader) =>
            [.. PrometheusText.Of(reader.Read()).Split('\n').Where(static line => line.StartsWith("twice_", StringComparison.Ordinal))];
    }

    [Fact]
    public async Task B133_Of_two_connectors_with_meters_of_their_own_every_series_is_told_once()
    {
        using Factory one = new(), other = new();
        await using AdminHost host = await AdminHost.OnUnixAsync();
        await using RelayedPair first = await StartAsync(one), second = await StartAsync(other);
        await first.A.WriteAsync("12345");
        await second.A.WriteAsync("1234567");
        await first.B.ReadAsync(5);
        await second.B.ReadAsync(7);
        string text = "";
        for (int tries = 0; tries < 400 && !text.Contains("{socketconnector_connector_name=\"twice\",socketconnector_direction=\"a_to_b\"} 12\n", StringComparison.Ordinal); tries++)
        {
            text = await host.Client.GetStringAsync("/metrics", TestContext.Current.CancellationToken);
            await Task.Delay(10, TestContext.Current.CancellationToken);
        }

        string[] series = [.. text.Split('\n', StringSplitOptions.RemoveEmptyEntries).Where(static line => line[0] != '#').Select(static line => line[..line.LastIndexOf(' ')])];
        Assert.Equal(series.Distinct(), series);
        Assert.Contains("socketconnector_connections_active{socketconnector_connector_name=\"twice\"} 2\n", text, StringComparison.Ordinal);
        Assert.Contains("socketconnector_io_bytes_total{socketconnector_connector_name=\"twice\",socketconnector_direction=\"a_to_b\"} 12\n", text, StringComparison.Ordinal);

        static Task<RelayedPair> StartAsync(Factory factory) =>
            RelayedPair.StartAsync(Mode.ServerToSocket, new ConnectorOptions { Name = "twice", GracePeriod = Timeout.InfiniteTimeSpan, MeterFactory = factory });
    }

    [Fact]
    public async Task B133_The_metrics_of_a_connector_are_told_in_the_text_format_of_Prometheus()
    {
        using var factory = new Factory();
        await using AdminHost host = await AdminHost.OnUnixAsync(options => options with { MeterFactory = factory });
        await using RelayedPair pair = await RelayedPair.StartAsync(Mode.ServerToSocket, new ConnectorOptions { Name = "db", GracePeriod = Timeout.InfiniteTimeSpan, MeterFactory = factory });
        await pair.A.WriteAsync("12345");
        await pair.B.ReadAsync(5);
        pair.A.EndHalf();
        pair.B.EndHalf();
        await pair.Connection.Completion.InTimeAsync();
        string text = "";
        for (int tries = 0; tries < 400 && !text.Contains("duration_seconds_count", StringComparison.Ordinal); tries++)
        {
            using HttpResponseMessage response = await host.Client.GetAsync("/metrics", TestContext.Current.CancellationToken);
            Assert.Equal((HttpStatusCode.OK, PrometheusText.ContentType), (response.StatusCode, response.Content.Headers.ContentType!.ToString()));
            text = await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
            await Task.Delay(10, TestContext.Current.CancellationToken);
        }

        Assert.Contains("socketconnector_io_bytes_total{socketconnector_connector_name=\"db\",socketconnector_direction=\"a_to_b\"} 5\n", text, StringComparison.Ordinal);
        Assert.Contains("socketconnector_connection_duration_seconds_bucket{socketconnector_connector_name=\"db\",socketconnector_side=\"A\",le=\"0.01\"}", text, StringComparison.Ordinal);
        Assert.Contains("# TYPE socketconnector_connections_active gauge\n", text, StringComparison.Ordinal);
    }

    private sealed class Factory : IMeterFactory
    {
        private readonly List<Meter> _meters = [];

        public Meter Create(MeterOptions options)
        {
            options.Scope = this;
            if (_meters.Find(meter => meter.Name == options.Name) is { } known)
            {
                return known;
            }

            _meters.Add(new Meter(options));
            return _meters[^1];
        }

        public void Dispose() => _meters.ForEach(static meter => meter.Dispose());
    }
}
