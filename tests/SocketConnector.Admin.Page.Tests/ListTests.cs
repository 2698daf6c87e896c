using System.Text.RegularExpressions;
using Microsoft.Playwright;
using SocketConnector.TestKit;
using static Microsoft.Playwright.Assertions;

namespace SocketConnector.Admin.Page.Tests;

public sealed class ListTests(Chromium chromium)
{
    [Fact]
    public async Task B134_Connections_come_and_go_with_their_addresses()
    {
        await using Relay relay = await Relay.StartAsync();
        TestPeer first = await relay.ConnectAsync();
        await using AdminPage admin = await AdminPage.OpenAsync(chromium, [relay.Connector]);
        await Expect(admin.Rows).ToHaveCountAsync(1);
        await Expect(admin.Rows.Locator(".a")).ToHaveTextAsync($"{first.LocalEndPoint}");

        TestPeer second = await relay.ConnectAsync();
        await Expect(admin.Rows).ToHaveCountAsync(2);
        await Expect(admin.Tab("Connections")).ToHaveTextAsync("Connections 2");

        first.EndHalf();
        await Expect(admin.Rows).ToHaveCountAsync(1);
        await Expect(admin.Rows.Locator(".a")).ToHaveTextAsync($"{second.LocalEndPoint}");
        await Expect(admin.Page.Locator("#reasons tr")).ToHaveTextAsync("completed, A1");
        await admin.Tab("Closed").ClickAsync();
        ILocator end = admin.Page.Locator("#ends-grid .rows .row:not([hidden])");
        await Expect(end).ToHaveCountAsync(1);
        await Expect(end.Locator(".a")).ToHaveTextAsync($"{first.LocalEndPoint}");
        await Expect(end.Locator(".b")).ToHaveTextAsync($"{relay.Connector.GetConnections().Single().PeerB.RemoteEndPoint}");
    }

    [Fact]
    public async Task B134_A_connection_that_came_and_went_between_two_lists_is_among_those_that_closed()
    {
        await using Relay relay = await Relay.StartAsync();
        await using AdminPage admin = await AdminPage.OpenAsync(chromium, [relay.Connector]);
        await admin.Tab("Closed").ClickAsync();
        ILocator end = admin.Page.Locator("#ends-grid .rows .row:not([hidden])");
        await Expect(admin.Page.Locator("#process")).Not.ToBeEmptyAsync();
        TestPeer client = await relay.ConnectAsync();
        string address = $"{client.LocalEndPoint}";
        client.Reset();
        await Expect(end.Locator(".a")).ToHaveTextAsync(address);
        await Expect(end.Locator(".reason")).ToHaveTextAsync("reset, A");
    }

    [Fact]
    public async Task B134_A_click_sorts_by_identity()
    {
        var names = new Queue<string>(["carol", "alice", "bob"]);
        await using Relay relay = await Relay.StartAsync((_, _) => ValueTask.FromResult(AuthResult.Accept(identity: names.Dequeue())));
        for (int i = 0; i < 3; i++)
        {
            await relay.ConnectAsync();
        }

        await using AdminPage admin = await AdminPage.OpenAsync(chromium, [relay.Connector]);
        await Expect(admin.Rows.Locator(".identity")).ToHaveTextAsync(["carol", "alice", "bob"]);
        await admin.Page.GetByRole(AriaRole.Columnheader, new PageGetByRoleOptions { Name = "Identity" }).First.GetByRole(AriaRole.Button).ClickAsync();
        await Expect(admin.Rows.Locator(".identity")).ToHaveTextAsync(["alice", "bob", "carol"]);
    }

    [Fact]
    public async Task B134_Rates_move_while_bytes_do_and_are_drawn()
    {
        await using Relay relay = await Relay.StartAsync();
        TestPeer client = await relay.ConnectAsync();
        await using AdminPage admin = await AdminPage.OpenAsync(chromium, [relay.Connector]);
        ILocator rate = admin.Rows.Locator(".rate .a-to-b");
        await Expect(rate).ToHaveTextAsync("0\u00a0B/s");
        using var over = new CancellationTokenSource();
        Task traffic = TrafficAsync(client, over.Token);
        await Expect(rate).ToHaveTextAsync(Matching(@"^[\d.]+\u00a0[KM]iB/s$"));
        await Expect(admin.Rows.Locator(".spark path.b-to-a")).ToHaveAttributeAsync("d", Matching("^M.*L"));
        await Expect(admin.Page.Locator("#throughput path.a-to-b")).ToHaveAttributeAsync("d", Matching("^M.*L"));
        await over.CancelAsync();
        await traffic.InTimeAsync(what: "the end of the traffic");
        await Expect(rate).ToHaveTextAsync("0\u00a0B/s");
    }

    [Fact]
    public async Task B134_The_list_is_sorted_by_the_column_that_is_clicked_and_turned_round_by_the_next_click()
    {
        await using Relay relay = await Relay.StartAsync();
        foreach (int count in (int[])[1000, 3000, 2000])
        {
            await Relay.EchoAsync(await relay.ConnectAsync(), count);
        }

        string[] ids = relay.Ids;
        await using AdminPage admin = await AdminPage.OpenAsync(chromium, [relay.Connector]);
        await Expect(admin.Rows.Locator(".id")).ToHaveTextAsync(ids);
        ILocator header = admin.Page.GetByRole(AriaRole.Grid).GetByRole(AriaRole.Columnheader, new LocatorGetByRoleOptions { Name = "Bytes" });
        await header.GetByRole(AriaRole.Button).ClickAsync();
        await Expect(admin.Rows.Locator(".id")).ToHaveTextAsync([ids[1], ids[2], ids[0]]);
        await Expect(header).ToHaveAttributeAsync("aria-sort", "descending");
        await header.GetByRole(AriaRole.Button).ClickAsync();
        await Expect(admin.Rows.Locator(".id")).ToHaveTextAsync([ids[0], ids[2], ids[1]]);
        await Expect(header).ToHaveAttributeAsync("aria-sort", "ascending");
    }

    [Fact]
    public async Task B134_The_filter_leaves_what_matches()
    {
        await using Relay relay = await Relay.StartAsync();
        TestPeer[] clients = [await relay.ConnectAsync(), await relay.ConnectAsync(), await relay.ConnectAsync()];
        await using AdminPage admin = await AdminPage.OpenAsync(chromium, [relay.Connector]);
        ILocator filter = admin.Page.GetByLabel("Filter");
        await filter.FillAsync($"{clients[1].LocalEndPoint}");
        await Expect(admin.Rows.Locator(".id")).ToHaveTextAsync([relay.Ids[1]]);
        await Expect(admin.Page.Locator("#matched")).ToHaveTextAsync("1 of 3");
        await filter.FillAsync($"#{relay.Ids[2]}");
        await Expect(admin.Rows.Locator(".id")).ToHaveTextAsync([relay.Ids[2]]);
        await filter.FillAsync("nobody");
        await Expect(admin.Rows).ToHaveCountAsync(0);
        await Expect(admin.Page.GetByText("No connection matches.")).ToBeVisibleAsync();
        await filter.FillAsync("");
        await Expect(admin.Rows).ToHaveCountAsync(3);
    }

    [Fact]
    public async Task B134_A_connector_that_is_clicked_is_the_only_one_in_the_list()
    {
        await using Relay one = await Relay.StartAsync(), other = await Relay.StartAsync();
        TestPeer ofOne = await one.ConnectAsync();
        TestPeer ofOther = await other.ConnectAsync();
        await using AdminPage admin = await AdminPage.OpenAsync(chromium, [one.Connector, other.Connector]);
        await Expect(admin.Rows).ToHaveCountAsync(2);
        ILocator second = admin.Page.Locator("#connectors button").Nth(1);
        await second.ClickAsync();
        await Expect(admin.Rows.Locator(".a")).ToHaveTextAsync([$"{ofOther.LocalEndPoint}"]);
        await second.ClickAsync();
        await Expect(admin.Rows.Locator(".a")).ToHaveTextAsync([$"{ofOne.LocalEndPoint}", $"{ofOther.LocalEndPoint}"]);
    }

    [Fact]
    public async Task B134_An_identity_is_text_whatever_its_peer_wrote_into_it()
    {
        const string Markup = "<img src=x onerror=alert(1)>";
        await using Relay relay = await Relay.StartAsync(static (_, _) => ValueTask.FromResult(AuthResult.Accept(identity: Markup)));
        await relay.ConnectAsync();
        await using AdminPage admin = await AdminPage.OpenAsync(chromium, [relay.Connector]);
        await Expect(admin.Rows.Locator(".identity")).ToHaveTextAsync(Markup);
        await admin.Rows.First.ClickAsync();
        await Expect(admin.Details.GetByText(Markup)).ToBeVisibleAsync();
        await Expect(admin.Page.Locator("img")).ToHaveCountAsync(0);
    }

    [Fact]
    public async Task B134_Freezing_stops_the_numbers_until_it_ends()
    {
        await using Relay relay = await Relay.StartAsync();
        await relay.ConnectAsync();
        await using AdminPage admin = await AdminPage.OpenAsync(chromium, [relay.Connector]);
        await Expect(admin.Rows).ToHaveCountAsync(1);
        await admin.Button("Freeze").ClickAsync();
        await Expect(admin.State).ToContainTextAsync("Frozen at");
        await relay.ConnectAsync();
        await admin.Page.WaitForTimeoutAsync(2500);
        await Expect(admin.Rows).ToHaveCountAsync(1);
        await admin.Button("Freeze").ClickAsync();
        await Expect(admin.Rows).ToHaveCountAsync(2);
    }

    private static Regex Matching(string pattern) => new(pattern, RegexOptions.None, Eventually.Deadline);

    private static async Task TrafficAsync(TestPeer client, CancellationToken over)
    {
        while (!over.IsCancellationRequested)
        {
            await Relay.EchoAsync(client, 50_000);
            await Task.Delay(20, CancellationToken.None);
        }
    }
}
