using System.Diagnostics.CodeAnalysis;
using System.Net;
using System.Net.Security;
using SocketConnector.Rendezvous.Ends;
using SocketConnector.Rendezvous.Sessions;
using SocketConnector.Rendezvous.Wire;

namespace SocketConnector.Rendezvous.Tests.Ends;

/// <summary>Where a relay that stops may send an end.</summary>
public sealed class ElsewhereTests
{
    private static readonly string[] _told = ["10.0.0.5:9200", "Relay.Example:7001"];

    [Fact]
    public async Task B115_A_relay_that_nothing_proves_names_another_port_of_its_host_and_no_more() =>
        Assert.Equal(new DnsEndPoint("Relay.Example", 7001), await FollowedAsync(tls: null, ticket: null));

    [Fact]
    public async Task B115_An_end_with_a_ticket_follows_no_relay_that_nothing_proves() => Assert.Null(await FollowedAsync(tls: null, ticket: "ticket"));

    [Theory]
    [InlineData(null)]
    [InlineData("ticket")]
    public async Task B115_A_relay_whose_certificate_is_checked_names_any(string? ticket) =>
        Assert.Equal(IPEndPoint.Parse("10.0.0.5:9200"), await FollowedAsync(new TlsConnectOptions(), ticket));

    [Fact]
    [SuppressMessage("Security", "CA5359", Justification = "That is what is tested.")]
    public async Task B115_A_relay_whose_certificate_the_program_judges_gets_no_ticket_anywhere_else() =>
        Assert.Null(await FollowedAsync(new TlsConnectOptions(new SslClientAuthenticationOptions { RemoteCertificateValidationCallback = static (_, _, _, _) => true }), "ticket"));

    private static async Task<EndPoint?> FollowedAsync(TlsConnectOptions? tls, string? ticket)
    {
        var session = new RendezvousEndPoint(new ConnectOptions("relay.example", 7000) { Tls = tls }, SessionSecret.Generate()) { Ticket = ticket };
        await using var caller = new RelayCaller(session, EndRole.Listen);
        return caller.Elsewhere(new EndVerdict.GoAway(TimeSpan.Zero, _told));
    }
}
