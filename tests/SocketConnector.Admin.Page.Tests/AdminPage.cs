using System.Collections.Concurrent;
using System.Net;
using Microsoft.Playwright;
using SocketConnector.TestKit;

namespace SocketConnector.Admin.Page.Tests;

/// <summary>
/// The page of a real admin server in a real browser. Its disposal fails the test where the page asked another host for anything, broke its
/// Content-Security-Policy, or threw.
/// </summary>
internal sealed class AdminPage : IAsyncDisposable
{
    public const string Token = "the-token-for-everything";
    public const string ReadOnlyToken = "the-token-to-look";

    private readonly ConcurrentQueue<string> _requests = [];
    private readonly ConcurrentQueue<string> _complaints = [];

    private AdminPage(AdminServer server, IBrowserContext context, IPage page)
    {
        (Server, Context, Page) = (server, context, page);
        context.Request += (_, request) => _requests.Enqueue(request.Url);
        context.WebError += (_, error) => _complaints.Enqueue(error.Error);
        context.Console += (_, message) =>
        {
            // An answer that is no success is written there by the browser, whatever the page makes of it.
            if (message.Type is "error" or "warning" && !message.Text.StartsWith("Failed to load resource", StringComparison.Ordinal))
            {
                _complaints.Enqueue(message.Text);
            }
        };
    }

    public AdminServer Server { get; }

    public IBrowserContext Context { get; }

    public IPage Page { get; }

    public Uri Address => new($"http://{Server.EndPoint}/");

    /// <summary>One line of the list of connections for each that is there, and no other.</summary>
    public ILocator Rows => Page.Locator("#connections-grid .rows .row:not([hidden])");

    public ILocator Details => Page.GetByRole(AriaRole.Complementary);

    public ILocator State => Page.Locator("#state");

    /// <param name="chromium">The browser.</param>
    /// <param name="connectors">What the server shows.</param>
    /// <param name="options">Of the window: its size, and the colours that its user prefers.</param>
    /// <param name="token">What to sign in with; <see langword="null"/> not to.</param>
    public static async Task<AdminPage> OpenAsync(Chromium chromium, IEnumerable<Connector> connectors, BrowserNewContextOptions? options = null, string? token = Token)
    {
        IBrowserContext context = await chromium.OpenAsync(options ?? new BrowserNewContextOptions());
        AdminServer server = await StartServerAsync(connectors, new IPEndPoint(IPAddress.Loopback, 0));
        var admin = new AdminPage(server, context, await context.NewPageAsync());
        await admin.Page.GotoAsync(admin.Address.ToString());
        if (token is not null)
        {
            await admin.SignInAsync(token);
            await Assertions.Expect(admin.State).ToHaveTextAsync("Live");
        }

        return admin;
    }

    public static async Task<AdminServer> StartServerAsync(IEnumerable<Connector> connectors, IPEndPoint endPoint)
    {
        AdminServer server = await AdminServer.StartAsync(new AdminOptions { EndPoint = endPoint, Token = Token, ReadOnlyToken = ReadOnlyToken }).InTimeAsync();
        foreach (Connector connector in connectors)
        {
            server.Add(connector);
        }

        return server;
    }

    public async Task SignInAsync(string token)
    {
        await Page.GetByLabel("Token").FillAsync(token);
        await Page.Keyboard.PressAsync("Enter");
    }

    public ILocator Tab(string name) => Page.GetByRole(AriaRole.Tab, new PageGetByRoleOptions { Name = name });

    public ILocator Button(string name) => Page.GetByRole(AriaRole.Button, new PageGetByRoleOptions { Name = name, Exact = true });

    /// <summary>The text of one column, from the first row down.</summary>
    public async Task<string[]> ColumnAsync(string name) => [.. await Rows.Locator($".{name}").AllInnerTextsAsync()];

    public Task<int> WidthAsync() => Page.EvaluateAsync<int>("document.documentElement.scrollWidth");

    public async ValueTask DisposeAsync()
    {
        await Context.CloseAsync();
        await Server.DisposeAsync().AsTask().InTimeAsync(what: "the server's disposal");
        Assert.Empty(_complaints);
        Assert.All(_requests, url => Assert.StartsWith(Address.ToString(), url, StringComparison.Ordinal));
    }
}
