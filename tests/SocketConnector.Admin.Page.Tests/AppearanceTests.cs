using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace SocketConnector.Admin.Page.Tests;

public sealed class AppearanceTests(Chromium chromium)
{
    // The contrast of WCAG 2.2, section 1.4.3, of the text and of everything that is muted or coloured.
    private const string LeastContrast = """
        () => {
            const light = color => {
                const [r, g, b] = color.match(/[\d.]+/g).map(part => part / 255).map(part => part <= .04045 ? part / 12.92 : ((part + .055) / 1.055) ** 2.4);
                return .2126 * r + .7152 * g + .0722 * b;
            };
            const ground = light(getComputedStyle(document.body).backgroundColor);
            const texts = ["body", "#process", "#state", ".legend .a-to-b", ".legend .b-to-a", "thead th", ".error"].map(name => light(getComputedStyle(document.querySelector(name)).color));
            return [ground, ...texts.map(text => (Math.max(ground, text) + .05) / (Math.min(ground, text) + .05))];
        }
        """;

    [Theory]
    [InlineData(ColorScheme.Light, 0.8, 1)]
    [InlineData(ColorScheme.Dark, 0, 0.1)]
    public async Task B134_It_is_light_or_dark_as_its_user_prefers_and_legible(ColorScheme scheme, double from, double to)
    {
        await using Relay relay = await Relay.StartAsync();
        await using AdminPage admin = await AdminPage.OpenAsync(chromium, [relay.Connector], new BrowserNewContextOptions { ColorScheme = scheme });
        double[] seen = await admin.Page.EvaluateAsync<double[]>(LeastContrast);
        Assert.InRange(seen[0], from, to);
        Assert.All(seen[1..], static contrast => Assert.InRange(contrast, 4.5, 21));
    }

    [Fact]
    public async Task B134_A_screen_400_pixels_wide_never_scrolls_sideways_and_has_everything()
    {
        await using Relay relay = await Relay.StartAsync();
        await relay.ConnectAsync();
        await using AdminPage admin = await AdminPage.OpenAsync(
            chromium, [relay.Connector], new BrowserNewContextOptions { ViewportSize = new ViewportSize { Width = 400, Height = 800 }, HasTouch = true });
        foreach (string tab in (string[])["Pending", "Admitting", "Closed", "Connections"])
        {
            await admin.Tab(tab).ClickAsync();
            Assert.Equal(400, await admin.WidthAsync());
            Assert.True(await admin.Page.Locator(".grid:visible").EvaluateAsync<bool>("grid => grid.scrollWidth <= grid.clientWidth"), tab);
        }

        await admin.Rows.First.ClickAsync();
        await Expect(admin.Details).ToBeInViewportAsync(new LocatorAssertionsToBeInViewportOptions { Ratio = 1 });
        await admin.Button("End…").ClickAsync();
        await Expect(admin.Page.GetByRole(AriaRole.Dialog)).ToBeInViewportAsync(new LocatorAssertionsToBeInViewportOptions { Ratio = 1 });
        Assert.Equal(400, await admin.WidthAsync());
        await admin.Button("Cancel").ClickAsync();
        await admin.Button("Close details").ClickAsync();
        await Expect(admin.Details).ToBeHiddenAsync();
    }
}
