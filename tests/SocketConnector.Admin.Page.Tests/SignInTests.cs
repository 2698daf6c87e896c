using System.Net;
using Microsoft.Playwright;
using SocketConnector.TestKit;
using static Microsoft.Playwright.Assertions;

namespace SocketConnector.Admin.Page.Tests;

public sealed class SignInTests(Chromium chromium)
{
    [Fact]
    public async Task B134_Nothing_is_shown_before_the_token_is_given_nor_after_signing_out()
    {
        await using Relay relay = await Relay.StartAsync();
        await relay.ConnectAsync();
        await using AdminPage admin = await AdminPage.OpenAsync(chromium, [relay.Connector], token: null);
        ILocator dialog = admin.Page.GetByRole(AriaRole.Dialog);
        await Expect(dialog).ToContainTextAsync("Sign in");
        await admin.SignInAsync("another");
        await Expect(dialog.GetByRole(AriaRole.Alert)).Not.ToBeEmptyAsync();
        await Expect(admin.Rows).ToHaveCountAsync(0);

        await admin.SignInAsync(AdminPage.Token);
        await Expect(admin.Rows).ToHaveCountAsync(1);
        await Expect(dialog).ToBeHiddenAsync();
        Assert.Equal("", await admin.Page.EvaluateAsync<string>("document.cookie"));

        await admin.Button("Sign out").ClickAsync();
        await Expect(dialog).ToContainTextAsync("Sign in");
        await Expect(admin.Rows).ToHaveCountAsync(0);
    }

    [Fact]
    public async Task B134_A_server_that_has_gone_is_told_in_a_line_and_found_again()
    {
        await using Relay relay = await Relay.StartAsync();
        await relay.ConnectAsync();
        await using AdminPage admin = await AdminPage.OpenAsync(chromium, [relay.Connector]);
        await Expect(admin.Rows).ToHaveCountAsync(1);
        await admin.Server.DisposeAsync().AsTask().InTimeAsync(what: "the server's disposal");
        await Expect(admin.State).ToContainTextAsync("The server does not answer. Trying again in");
        await Expect(admin.Rows).ToHaveCountAsync(1);

        await using AdminServer again = await AdminPage.StartServerAsync([relay.Connector], (IPEndPoint)admin.Server.EndPoint);
        await admin.SignInAsync(AdminPage.Token); // It knows no browser yet.
        await Expect(admin.State).ToHaveTextAsync("Live");
    }
}
