using System.Net.Sockets;
using Microsoft.Playwright;
using SocketConnector.TestKit;
using static Microsoft.Playwright.Assertions;

namespace SocketConnector.Admin.Page.Tests;

public sealed class EndingTests(Chromium chromium)
{
    [Fact]
    public async Task B134_A_connection_ends_once_it_is_confirmed_and_not_before()
    {
        await using Relay relay = await Relay.StartAsync();
        TestPeer client = await relay.ConnectAsync();
        await using AdminPage admin = await AdminPage.OpenAsync(chromium, [relay.Connector]);
        await admin.Rows.First.ClickAsync();
        await admin.Button("End…").ClickAsync();
        ILocator dialog = admin.Page.GetByRole(AriaRole.Dialog);
        await Expect(dialog).ToContainTextAsync($"End connection {relay.Ids.Single()}?");
        await Expect(dialog).ToContainTextAsync($"{client.LocalEndPoint}");
        await Expect(dialog).ToContainTextAsync($"{relay.Connector.GetConnections().Single().PeerB.RemoteEndPoint}");
        await admin.Button("Cancel").ClickAsync();
        await Expect(dialog).ToBeHiddenAsync();
        await Relay.EchoAsync(client, 10);

        await admin.Button("End…").ClickAsync();
        await admin.Button("End").ClickAsync();
        Assert.Empty(await client.ReadToEndAsync());
        await Expect(admin.Rows).ToHaveCountAsync(0);
        await Expect(admin.Details).ToContainTextAsync("Ended: ended");
        await Expect(admin.Button("End…")).ToBeDisabledAsync();
        await Expect(admin.Page.Locator("#reasons th")).ToHaveTextAsync(["ended"]);
    }

    [Fact]
    public async Task B134_An_abort_resets_both_sockets()
    {
        await using Relay relay = await Relay.StartAsync();
        TestPeer client = await relay.ConnectAsync();
        await using AdminPage admin = await AdminPage.OpenAsync(chromium, [relay.Connector]);
        await admin.Rows.First.ClickAsync();
        await admin.Button("Abort…").ClickAsync();
        await admin.Button("Abort").ClickAsync();
        Assert.Equal(SocketError.ConnectionReset, (await client.ReadToWhateverEndAsync()).Error);
        await Expect(admin.Details).ToContainTextAsync("Ended: aborted");
    }

    [Fact]
    public async Task B134_A_token_that_may_only_read_ends_nothing_and_the_page_says_why()
    {
        await using Relay relay = await Relay.StartAsync();
        TestPeer client = await relay.ConnectAsync();
        await using AdminPage admin = await AdminPage.OpenAsync(chromium, [relay.Connector], token: AdminPage.ReadOnlyToken);
        await admin.Rows.First.ClickAsync();
        await admin.Button("End…").ClickAsync();
        await admin.Button("End").ClickAsync();
        await Expect(admin.Page.GetByRole(AriaRole.Dialog).GetByRole(AriaRole.Alert)).Not.ToBeEmptyAsync();
        await Expect(admin.Button("End")).ToBeDisabledAsync();
        await Relay.EchoAsync(client, 10);
    }
}
