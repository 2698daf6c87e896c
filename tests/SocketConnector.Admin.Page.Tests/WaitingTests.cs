using System.Net;
using Microsoft.Playwright;
using SocketConnector.TestKit;
using static Microsoft.Playwright.Assertions;

namespace SocketConnector.Admin.Page.Tests;

public sealed class WaitingTests(Chromium chromium)
{
    [Fact]
    public async Task B134_Peers_that_wait_and_peers_being_admitted_have_lists_of_their_own()
    {
        var running = new TaskCompletionSource<CancellationToken>(TaskCreationOptions.RunContinuationsAsynchronously);
        var hanging = new ListenOptions(IPAddress.Loopback, 0) { AuthVerifier = Verifiers.Hanging(running) };
        await using Connector connector = await Connector.ServerToServerAsync(new ListenOptions(IPAddress.Loopback, 0), hanging, new ConnectorOptions(), TestContext.Current.CancellationToken).InTimeAsync();
        using TestPeer waiting = await TestPeer.ConnectAsync(connector.EndPointA!);
        using TestPeer admitting = await TestPeer.ConnectAsync(connector.EndPointB!);
        await running.Task.InTimeAsync(what: "the verifier");
        await using AdminPage admin = await AdminPage.OpenAsync(chromium, [connector]);
        await Expect(admin.Tab("Pending")).ToHaveTextAsync("Pending 1");
        await Expect(admin.Tab("Admitting")).ToHaveTextAsync("Admitting 1");

        await admin.Tab("Pending").ClickAsync();
        await ShowsAsync(admin, "pending", "A", waiting);
        await admin.Tab("Admitting").ClickAsync();
        await ShowsAsync(admin, "admitting", "B", admitting);
        await Expect(admin.Page.Locator("#admitting-grid .rows .stage:visible")).Not.ToBeEmptyAsync();
    }

    private static async Task ShowsAsync(AdminPage admin, string list, string side, TestPeer peer)
    {
        ILocator row = admin.Page.Locator($"#{list}-grid .rows .row:not([hidden])");
        await Expect(row).ToHaveCountAsync(1);
        await Expect(row.Locator(".side")).ToHaveTextAsync(side);
        await Expect(row.Locator(".a")).ToHaveTextAsync($"{peer.LocalEndPoint}");
    }
}
