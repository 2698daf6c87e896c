using Microsoft.Playwright;
using SocketConnector.TestKit;
using static Microsoft.Playwright.Assertions;

namespace SocketConnector.Admin.Page.Tests;

public sealed class KeyboardTests(Chromium chromium)
{
    [Fact]
    public async Task B134_Keys_alone_filter_select_show_and_end_a_connection()
    {
        await using Relay relay = await Relay.StartAsync();
        TestPeer[] clients = [await relay.ConnectAsync(), await relay.ConnectAsync(), await relay.ConnectAsync()];
        await using AdminPage admin = await AdminPage.OpenAsync(chromium, [relay.Connector]);
        string[] ids = relay.Ids;
        await Expect(admin.Rows).ToHaveCountAsync(3);
        await PressAsync(admin, "/");
        await admin.Page.Keyboard.TypeAsync($"#{ids[1]}");
        await Expect(admin.Rows).ToHaveCountAsync(1);
        await PressAsync(admin, "Escape");
        await Expect(admin.Rows).ToHaveCountAsync(3);

        await PressAsync(admin, "ArrowDown", "ArrowDown");
        await Expect(admin.Page.Locator("[aria-selected=true].row .id")).ToHaveTextAsync(ids[1]);
        await PressAsync(admin, "Enter");
        await Expect(admin.Details.GetByRole(AriaRole.Heading)).ToHaveTextAsync($"Connection {ids[1]}");
        if (OperatingSystem.IsLinux())
        {
            await Expect(admin.Details.GetByRole(AriaRole.Row, new LocatorGetByRoleOptions { Name = "TCP state" })).ToContainTextAsync("established");
        }

        await PressAsync(admin, "Escape");
        await Expect(admin.Details).ToBeHiddenAsync();
        await PressAsync(admin, "e");
        await Expect(admin.Page.GetByRole(AriaRole.Dialog)).ToContainTextAsync($"End connection {ids[1]}?");
        await PressAsync(admin, "Enter");
        await Expect(admin.Page.GetByRole(AriaRole.Dialog)).ToBeHiddenAsync();
        await Relay.EchoAsync(clients[1], 10); // Cancel has the focus at first.

        await PressAsync(admin, "e", "Shift+Tab", "Enter");
        Assert.Empty(await clients[1].ReadToEndAsync());
        await Expect(admin.Rows.Locator(".id")).ToHaveTextAsync([ids[0], ids[2]]);
    }

    [Fact]
    public async Task B134_Keys_freeze_explain_themselves_and_change_the_list()
    {
        await using Relay relay = await Relay.StartAsync();
        await using AdminPage admin = await AdminPage.OpenAsync(chromium, [relay.Connector]);
        await PressAsync(admin, "f");
        await Expect(admin.State).ToContainTextAsync("Frozen");
        await PressAsync(admin, "f");
        await Expect(admin.State).ToHaveTextAsync("Live");
        await PressAsync(admin, "?");
        await Expect(admin.Page.GetByRole(AriaRole.Dialog)).ToContainTextAsync("Keys");
        await PressAsync(admin, "Escape");
        await Expect(admin.Page.GetByRole(AriaRole.Dialog)).ToBeHiddenAsync();
        await admin.Tab("Connections").FocusAsync();
        await PressAsync(admin, "ArrowRight");
        await Expect(admin.Page.GetByText("No peer waits for a partner.")).ToBeVisibleAsync();
        await Expect(admin.Tab("Pending")).ToBeFocusedAsync();
    }

    private static async Task PressAsync(AdminPage admin, params string[] keys)
    {
        foreach (string key in keys)
        {
            await admin.Page.Keyboard.PressAsync(key);
        }
    }
}
