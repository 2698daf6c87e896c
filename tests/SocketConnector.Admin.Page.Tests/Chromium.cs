using Microsoft.Playwright;
using SocketConnector.Admin.Page.Tests;

[assembly: AssemblyFixture(typeof(Chromium))]

namespace SocketConnector.Admin.Page.Tests;

/// <summary>The system's Chromium, without a window, one for all tests: each has a context of its own in it.</summary>
public sealed class Chromium : IAsyncLifetime
{
    private static readonly string? _program =
        new[] { "/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome" }.FirstOrDefault(File.Exists);

    private IPlaywright? _playwright;
    private IBrowser? _browser;

    public async ValueTask InitializeAsync()
    {
        if (_program is null)
        {
            return;
        }

        _playwright = await Playwright.CreateAsync();
        _browser = await _playwright.Chromium.LaunchAsync(new BrowserTypeLaunchOptions
        {
            ExecutablePath = _program,
            Args = Environment.IsPrivilegedProcess ? ["--no-sandbox"] : [], // Its sandbox refuses to work for root.
        });
        Assertions.SetDefaultExpectTimeout((float)TestKit.Eventually.Deadline.TotalMilliseconds);
    }

    /// <summary>A profile of its own, which the caller closes. Where there is no Chromium, the test is skipped.</summary>
    public Task<IBrowserContext> OpenAsync(BrowserNewContextOptions options)
    {
        Assert.SkipWhen(_browser is null, "chromium is not installed");
        return _browser.NewContextAsync(options);
    }

    public async ValueTask DisposeAsync()
    {
        if (_browser is not null)
        {
            await _browser.DisposeAsync();
        }

        _playwright?.Dispose();
    }
}
