using System.Net;

namespace SocketConnector.Admin.Tests;

/// <summary>The files of the page are served as they are.</summary>
public sealed class PageTests
{
    [Fact]
    public async Task B133_The_files_of_the_page_need_no_token_and_say_what_they_are()
    {
        await using AdminHost host = await AdminHost.OnTcpAsync();
        using HttpClient browser = host.NewClient(null);
        string[] files = [.. typeof(AdminServer).Assembly.GetManifestResourceNames().Where(static name => name.StartsWith("page/", StringComparison.Ordinal))];
        Assert.SkipWhen(files.Length == 0, "there is no page in this build");
        foreach (string file in files)
        {
            string path = file == "page/index.html" ? "/" : file["page".Length..];
            using HttpResponseMessage response = await browser.GetAsync(path, TestContext.Current.CancellationToken);
            Assert.Equal(HttpStatusCode.OK, response.StatusCode);
            await using Stream expected = typeof(AdminServer).Assembly.GetManifestResourceStream(file)!;
            Assert.Equal(expected.Length, response.Content.Headers.ContentLength);
            Assert.Equal(
                Path.GetExtension(file) switch { ".html" => "text/html", ".js" => "text/javascript", ".css" => "text/css", ".svg" => "image/svg+xml", _ => "" },
                response.Content.Headers.ContentType!.MediaType);
        }
    }
}
