using System.Diagnostics;
using System.Globalization;
using System.Text.RegularExpressions;
using SocketConnector.Cli.Tests.Processes;
using SocketConnector.TestKit;

namespace SocketConnector.Cli.Tests.EndToEnd;

/// <summary>The script of the page on authentication, as it stands there.</summary>
public sealed partial class PythonTests : IDisposable
{
    private const string Secret = "correct horse battery staple";

    private readonly string _folder = Directory.CreateTempSubdirectory("python-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Theory]
    [InlineData(Secret, 0)]
    [InlineData("not the same secret at all", 1)]
    public async Task B96_The_script_of_the_page_speaks_the_protocol(string secret, int code)
    {
        string python = Tool.Find("python3");
        string script = Path.Combine(_folder, "prove.py");
        await File.WriteAllTextAsync(script, Script().Match(await File.ReadAllTextAsync(Page(), TestContext.Current.CancellationToken)).Groups["script"].Value, TestContext.Current.CancellationToken);
        using var target = new TestServer();
        await using ChildProcess relay = TheProgram.StartAfter(
            $"export RELAY_SECRET='alice:{Secret}'", "server-to-socket", "127.0.0.1:0,auth=hmac:env:RELAY_SECRET", target.EndPoint.ToString(), "--json");
        int port = await relay.ListeningAsync(Side.A);
        await using ChildProcess speaking = ChildProcess.Start(
            python, [script, "127.0.0.1", port.ToString(CultureInfo.InvariantCulture), "alice"], environment: new Dictionary<string, string>(StringComparer.Ordinal) { ["RELAY_SECRET"] = secret });
        if (code == 0)
        {
            using TestPeer server = await target.AcceptAsync();
            Assert.Equal("hello\n", await server.ReadTextAsync(6));
            await server.WriteAsync("hi there\n");
            Assert.Equal("hi there", await speaking.ReadLineAsync());
        }

        await speaking.ExpectExitAsync(code);
        await relay.LineAsync(code == 0 ? "\"identityA\":\"alice\"" : "wrong proof for the key");
    }

    private static string Page()
    {
        DirectoryInfo? folder = new(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(folder!.FullName, "SocketConnector.slnx")))
        {
            folder = folder.Parent ?? throw new UnreachableException("not inside the repository");
        }

        return Path.Combine(folder.FullName, "docs", "authentication.md");
    }

    [GeneratedRegex("```python\n(?<script>.*?)```", RegexOptions.Singleline | RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Script();
}
