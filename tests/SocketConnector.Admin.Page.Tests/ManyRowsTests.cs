using System.Web;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace SocketConnector.Admin.Page.Tests;

/// <summary>The list of connections is made up in the browser's network; everything else is the server's.</summary>
public sealed class ManyRowsTests(Chromium chromium)
{
    private const int Count = 10_000;

    [Fact]
    public async Task B134_Ten_thousand_connections_make_rows_for_what_is_visible()
    {
        await using AdminPage admin = await OpenAsync();
        ILocator grid = admin.Page.Locator("#connections-grid");
        await Expect(grid).ToHaveAttributeAsync("aria-rowcount", $"{Count + 1}");
        await Expect(admin.Rows.Nth(0).Locator(".id")).ToHaveTextAsync("1");
        int few = await admin.Page.Locator("#connections-grid .row").CountAsync();
        Assert.InRange(few, 10, 60);

        await grid.EvaluateAsync("grid => grid.scrollTop = grid.scrollHeight / 2");
        await Expect(grid.Locator(".row[aria-rowindex='5002']:not(.loading) .id")).ToHaveTextAsync("5001");
        await admin.Page.Keyboard.PressAsync("End");
        await Expect(grid.Locator("[aria-selected=true] .id")).ToHaveTextAsync($"{Count}");
        await Expect(grid.Locator("[aria-selected=true]")).ToBeInViewportAsync();
        await admin.Page.Keyboard.PressAsync("Home");
        await Expect(grid.Locator("[aria-selected=true] .id")).ToHaveTextAsync("1");
        Assert.Equal(few, await admin.Page.Locator("#connections-grid .row").CountAsync());
    }

    [Fact]
    public async Task B134_Scrolling_through_ten_thousand_connections_asks_for_little_at_a_time()
    {
        await using AdminPage admin = await OpenAsync();
        int asked = 0, most = 0;
        admin.Context.Request += (_, request) =>
        {
            if (HttpUtility.ParseQueryString(new Uri(request.Url).Query)["limit"] is { } limit)
            {
                asked++;
                most = Math.Max(most, int.Parse(limit, System.Globalization.CultureInfo.InvariantCulture));
            }
        };
        await admin.Page.Locator("#connections-grid").EvaluateAsync("""
            async grid => {
                for (let place = 0; place < grid.scrollHeight; place += 400) {
                    grid.scrollTop = place;
                    await new Promise(requestAnimationFrame);
                }
            }
            """);
        await Expect(admin.Page.Locator("#connections-grid .row[aria-rowindex='10001']:not(.loading) .id")).ToHaveTextAsync($"{Count}");
        Assert.InRange(most, 1, 500);
        Assert.InRange(asked, 1, 300); // 600 places were passed.
    }

    private async Task<AdminPage> OpenAsync()
    {
        AdminPage admin = await AdminPage.OpenAsync(chromium, [], new BrowserNewContextOptions { ViewportSize = new ViewportSize { Width = 1280, Height = 800 } }, token: null);
        await admin.Page.RouteAsync("**/v1/connections?*", static route => route.FulfillAsync(new RouteFulfillOptions
        {
            ContentType = "application/json",
            Body = Listed(HttpUtility.ParseQueryString(new Uri(route.Request.Url).Query)),
        }));
        await admin.SignInAsync(AdminPage.Token);
        return admin;
    }

    private static string Listed(System.Collections.Specialized.NameValueCollection query)
    {
        int offset = int.Parse(query["offset"]!, System.Globalization.CultureInfo.InvariantCulture);
        int limit = int.Parse(query["limit"]!, System.Globalization.CultureInfo.InvariantCulture);
        IEnumerable<string> connections = Enumerable.Range(offset + 1, Math.Max(0, Math.Min(limit, Count - offset))).Select(static id => $$"""
            {
              "id": {{id}}, "connector": "1", "joinedAt": "2026-01-01T00:00:00Z", "durationMs": 3000, "engine": "linux",
              "bytesAToB": 1, "bytesBToA": 2, "rateAToB": 3, "rateBToA": 4,
              "a": { "id": 1, "remote": "127.0.0.1:{{1000 + id}}", "local": "127.0.0.1:80", "identity": null, "dialled": false },
              "b": { "id": 2, "remote": "127.0.0.2:80", "local": "127.0.0.1:90", "identity": null, "dialled": true }
            }
            """);
        return $$"""{ "time": "2026-01-01T00:00:03Z", "total": {{Count}}, "matched": {{Count}}, "offset": {{offset}}, "connections": [{{string.Join(',', connections)}}] }""";
    }
}
