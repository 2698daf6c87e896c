using System.Diagnostics.Metrics;
using System.Net;
using System.Net.Security;
using System.Security.Cryptography.X509Certificates;
using SocketConnector.TestKit;
using SocketConnector.Tests.Architecture;
using SocketConnector.Tests.Diagnostics;

namespace SocketConnector.Tests.Documentation;

/// <summary>The page on metrics lists every instrument as it is, and none besides.</summary>
public sealed class MeterTableTests : IDisposable
{
    private const string Page = "docs/metrics.md";
    private const string Name = "socketconnector.connector.name";

    private readonly Measurements _measured = new();
    private readonly TestAuthority _authority = new();

    // Of a row: name, kind, unit, tags.
    private static string[][] Rows =>
    [
        .. Repository.Read(Page).Split('\n')
            .Where(line => line.StartsWith("| `socketconnector.", StringComparison.Ordinal) && line.Split('|').Length == 7)
            .Select(line => line.Split('|')[1..5].Select(cell => cell.Trim().Replace("`", "", StringComparison.Ordinal)).ToArray()),
    ];

    public void Dispose()
    {
        _measured.Dispose();
        _authority.Dispose();
    }

    [Fact]
    public async Task B136_The_table_of_instruments_is_what_the_meter_has()
    {
        await using (Connector connector = new(Options))
        {
            await Eventually.TrueAsync(() => _measured.Instruments.Count >= Rows.Length);
        }

        Assert.Equal(
            Rows.Select(row => $"{row[0]} {row[1]} {row[2]}").Order(StringComparer.Ordinal),
            _measured.Instruments.Select(instrument => $"{instrument.Name} {Kind(instrument)} {instrument.Unit}").Order(StringComparer.Ordinal));
        Assert.All(_measured.Instruments, instrument => Assert.False(string.IsNullOrEmpty(instrument.Description), instrument.Name));
    }

    [Fact]
    public async Task B136_The_table_names_every_tag_that_is_used_and_no_other()
    {
        using X509Certificate2 certificate = _authority.Issue("localhost");
        await using var far = new EchoServer();
        var listen = new ListenOptions(IPAddress.Loopback, 0) { Tls = new TlsListenOptions(new SslServerAuthenticationOptions { ServerCertificate = certificate }) };
        await using (Connector connector = await Connector.ServerToSocketAsync(listen, new ConnectOptions(far.EndPoint), Options, TestContext.Current.CancellationToken))
        {
            using TlsPeer relayed = await TlsPeer.ConnectAsync(connector.EndPointA!, _authority);
            await relayed.WriteAsync("hello");
            Assert.Equal("hello", await relayed.ReadTextAsync(5));
            await TestPeer.ConnectToWhateverEndAsync(connector.EndPointA!, "no TLS");
            _measured.Value("collect");
        }

        await using (Connector connector = await Connector.ServerToSocketAsync(
            new ListenOptions(IPAddress.Loopback, 0), new ConnectOptions(TestServer.RefusingPort()), Options, TestContext.Current.CancellationToken))
        {
            await TestPeer.ConnectToWhateverEndAsync(connector.EndPointA!);
        }

        Assert.All(Rows, row => Assert.Equal(
            row[3].Split(", ", StringSplitOptions.RemoveEmptyEntries).Append(Name).Order(StringComparer.Ordinal),
            _measured.TagsOf(row[0]).Order(StringComparer.Ordinal)));
    }

    private ConnectorOptions Options => new() { GracePeriod = Timeout.InfiniteTimeSpan, MeterFactory = _measured.Factory, Name = "db" };

    private static string Kind(Instrument instrument) => instrument switch
    {
        Histogram<double> => "histogram",
        Counter<long> or ObservableCounter<long> => "counter",
        UpDownCounter<long> or ObservableUpDownCounter<long> => "up-down counter",
        _ => instrument.GetType().Name,
    };
}
