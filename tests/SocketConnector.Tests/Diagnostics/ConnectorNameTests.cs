using System.Net;
using SocketConnector.TestKit;

namespace SocketConnector.Tests.Diagnostics;

public sealed class ConnectorNameTests
{
    [Fact]
    public async Task B60_Every_message_of_a_connector_with_a_name_has_it_in_its_scope()
    {
        var log = new LogCollector();
        await using (RelayedPair pair = await RelayedPair.StartAsync(
            Mode.ServerToSocket, Patient.Options with { Name = "db", LogTraffic = true, LoggerFactory = log }))
        {
            Assert.Equal("db", pair.Connector.Name);
            Assert.Equal("db", pair.Connector.ToString());
            await pair.A.WriteAsync("text");
            await pair.B.ReadTextAsync(4);
        }

        Assert.True(log.Entries.Select(entry => entry.Category).Distinct().Count() == 2, log.Text);
        Assert.All(log.Entries, entry =>
        {
            Assert.Equal([new KeyValuePair<string, object?>("ConnectorName", "db")], Assert.IsType<IReadOnlyList<KeyValuePair<string, object?>>>(entry.Scope, exactMatch: false));
            Assert.Equal("ConnectorName:db", entry.Scope!.ToString());
        });
    }

    [Fact]
    public async Task B60_Without_a_name_no_message_has_a_scope()
    {
        var log = new LogCollector();
        await using (var connector = new Connector(Patient.Options with { LoggerFactory = log }))
        {
            Assert.Null(connector.Name);
            Assert.Equal("SocketConnector.Connector", connector.ToString());
        }

        Assert.NotEmpty(log.Entries);
        Assert.All(log.Entries, entry => Assert.Null(entry.Scope));
    }

    [Fact]
    public async Task B60_A_listener_and_a_dialer_of_peers_carry_the_name_of_their_options()
    {
        LogCollector listening = new(), dialling = new();
        await using (PeerListener listener = await PeerListener.ListenAsync(
            Side.A, new ListenOptions(IPAddress.Loopback, 0), Patient.Options with { Name = "in", LoggerFactory = listening }, TestContext.Current.CancellationToken))
        await using (var dialer = new PeerDialer(Patient.Options with { Name = "out", LoggerFactory = dialling }))
        {
            using Peer dialled = await dialer.ConnectAsync(Side.B, new ConnectOptions(IPAddress.Loopback, listener.Port!.Value), null, TestContext.Current.CancellationToken);
            using Peer? accepted = await listener.AcceptAsync(TestContext.Current.CancellationToken).AsTask().InTimeAsync();
        }

        Assert.All(listening.Entries, entry => Assert.Equal("ConnectorName:in", entry.Scope?.ToString()));
        Assert.All(dialling.Entries, entry => Assert.Equal("ConnectorName:out", entry.Scope?.ToString()));
        Assert.NotEmpty(listening.Entries);
        Assert.NotEmpty(dialling.Entries);
    }
}
