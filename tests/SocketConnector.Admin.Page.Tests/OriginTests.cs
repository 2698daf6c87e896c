using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using Microsoft.Playwright;
using SocketConnector.TestKit;
using static Microsoft.Playwright.Assertions;

namespace SocketConnector.Admin.Page.Tests;

public sealed class OriginTests(Chromium chromium)
{
    // Everything that a page may do to another origin without its leave, with the cookies of the user: it is of the same site, where even
    // SameSite=Strict lets them through, because ports do not count there.
    private const string Attack = """
        async ({ where, id }) => {
            const tried = {};
            const ask = async (name, path, options) => {
                try {
                    const answer = await fetch(where + path, { credentials: "include", ...options });
                    tried[name] = `${answer.type} ${answer.status} ${(await answer.text()).length}`;
                } catch {
                    tried[name] = "refused";
                }
            };
            const load = (name, tag, path) => new Promise(done => {
                const element = document.createElement(tag);
                element.onload = () => { tried[name] = "loaded"; done(); };
                element.onerror = () => { tried[name] = "refused"; done(); };
                element.src = where + path;
                document.body.append(element);
            });
            await ask("read", "v1/connectors", {});
            await ask("readOpaque", "v1/connectors", { mode: "no-cors" });
            await ask("end", `v1/connections/${id}/end`, { method: "POST" });
            await ask("endOpaque", `v1/connections/${id}/end`, { method: "POST", mode: "no-cors" });
            await load("script", "script", "page.js");
            await load("image", "img", "icon.svg");
            return tried;
        }
        """;

    [Fact]
    public async Task B134_A_page_of_another_origin_gets_nothing_and_ends_nothing()
    {
        await using Relay relay = await Relay.StartAsync();
        TestPeer client = await relay.ConnectAsync();
        await using AdminPage admin = await AdminPage.OpenAsync(chromium, [relay.Connector]);
        await using WebApplication other = OtherOrigin();
        other.MapGet("/", static () => Results.Content("<!DOCTYPE html><title>Other</title><body></body>", "text/html"));
        await other.StartAsync(TestContext.Current.CancellationToken).InTimeAsync(what: "the other origin");

        await using IBrowserContext context = await chromium.OpenAsync(new BrowserNewContextOptions { StorageState = await admin.Context.StorageStateAsync() });
        IPage page = await context.NewPageAsync();
        await page.GotoAsync(admin.Address.ToString());
        await Expect(page.Locator("#state")).ToHaveTextAsync("Live"); // This profile is signed in.

        await page.GotoAsync(other.Urls.Single());
        Dictionary<string, string> tried = await page.EvaluateAsync<Dictionary<string, string>>(Attack, new { where = admin.Address.ToString(), id = relay.Ids.Single() });
        Assert.Equal("refused", tried["read"]);
        Assert.Equal("refused", tried["end"]);
        Assert.Equal("refused", tried["script"]);
        Assert.Equal("refused", tried["image"]);
        Assert.DoesNotContain(tried.Values, static result => result.StartsWith("basic", StringComparison.Ordinal) || result.StartsWith("cors", StringComparison.Ordinal));
        await Relay.EchoAsync(client, 10);
        await Expect(admin.Rows).ToHaveCountAsync(1);
    }

    [Fact]
    public async Task B134_A_page_of_another_origin_cannot_show_this_one_in_a_frame()
    {
        await using AdminPage admin = await AdminPage.OpenAsync(chromium, []);
        await using WebApplication other = OtherOrigin();
        other.MapGet("/", () => Results.Content($"<!DOCTYPE html><title>Other</title><iframe src='{admin.Address}'></iframe>", "text/html"));
        await other.StartAsync(TestContext.Current.CancellationToken).InTimeAsync(what: "the other origin");
        await using IBrowserContext context = await chromium.OpenAsync(new BrowserNewContextOptions());
        IPage page = await context.NewPageAsync();
        await page.GotoAsync(other.Urls.Single());
        await Expect(page.FrameLocator("iframe").Locator("#connectors")).ToHaveCountAsync(0);
    }

    private static WebApplication OtherOrigin()
    {
        WebApplicationBuilder builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        WebApplication app = builder.Build();
        app.Urls.Add("http://127.0.0.1:0");
        return app;
    }
}
