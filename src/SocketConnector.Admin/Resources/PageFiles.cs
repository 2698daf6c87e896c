using SocketConnector.Admin.Access;
using SocketConnector.Admin.Http;

namespace SocketConnector.Admin.Resources;

/// <summary>Files that are in the assembly: the page, which may be read without a token, and the description of everything.</summary>
internal static class PageFiles
{
    private const string Prefix = "page/";
    private const string Index = "index.html";
    private const string Description = "openapi.json";

    public static IEnumerable<Route> Routes() =>
    [
        .. Page().Select(static file => new Route("GET", file == Index ? "/" : $"/{file}", call => ServeAsync(call, Prefix + file)) { Needs = Grade.None }),
        new Route("GET", $"/{Description}", static call => ServeAsync(call, Description)),
    ];

    private static IEnumerable<string> Page() => typeof(PageFiles).Assembly.GetManifestResourceNames()
        .Where(static name => name.StartsWith(Prefix, StringComparison.Ordinal))
        .Select(static name => name[Prefix.Length..]);

    private static async Task ServeAsync(Call call, string name)
    {
        Stream content = typeof(PageFiles).Assembly.GetManifestResourceStream(name)!;
        await using (content.ConfigureAwait(false))
        {
            byte[] bytes = new byte[content.Length];
            await content.ReadExactlyAsync(bytes, call.Ending).ConfigureAwait(false);
            await Answer.BytesAsync(call.Context, ContentTypeOf(name), bytes).ConfigureAwait(false);
        }
    }

    private static string ContentTypeOf(string name) => Path.GetExtension(name) switch
    {
        ".html" => "text/html; charset=utf-8",
        ".js" => "text/javascript; charset=utf-8",
        ".css" => "text/css; charset=utf-8",
        ".svg" => "image/svg+xml",
        ".json" => "application/json; charset=utf-8",
        _ => "application/octet-stream",
    };
}
