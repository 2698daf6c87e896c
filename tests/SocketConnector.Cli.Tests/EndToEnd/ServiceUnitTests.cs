using SocketConnector.Cli.Tests.Processes;

namespace SocketConnector.Cli.Tests.EndToEnd;

/// <summary>The unit for systemd that comes with the program.</summary>
public sealed class ServiceUnitTests : IDisposable
{
    private const string Unit = "socketconnector@.service";

    private readonly string _folder = Directory.CreateTempSubdirectory("unit-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task It_leaves_the_service_hardly_anything_to_do_harm_with()
    {
        string analyze = Analyze();
        await using ChildProcess rated = ChildProcess.Start(analyze, ["security", "--offline=true", "--threshold=20", "--no-pager", Written(await PackagedAsync())]);
        await rated.ExpectExitAsync(0);

        // The test can fail.
        await using ChildProcess open = ChildProcess.Start(analyze, ["security", "--offline=true", "--threshold=20", "--no-pager", Written("[Service]\nExecStart=/bin/true\n")]);
        Assert.NotEqual(0, await open.ExitAsync());
    }

    [Fact]
    public async Task Systemd_has_nothing_to_say_against_it_also_with_what_it_suggests_for_a_low_port()
    {
        string text = (await PackagedAsync()).Replace("ExecStart=/usr/local/bin/socketconnector", "ExecStart=/bin/true", StringComparison.Ordinal);
        string low = text.Replace("\n#", "\n", StringComparison.Ordinal).Replace("\n ", "\n# ", StringComparison.Ordinal);
        Assert.Contains("\nAmbientCapabilities=CAP_NET_BIND_SERVICE\n", low, StringComparison.Ordinal);
        foreach (string unit in (string[])[text, low])
        {
            await using ChildProcess verified = ChildProcess.Start(Analyze(), ["verify", "--man=no", Written(unit)]);
            await verified.ExpectExitAsync(0);
            Assert.DoesNotContain(verified.Errors, line => line.Contains(Unit[..^".service".Length], StringComparison.Ordinal));
        }
    }

    private static Task<string> PackagedAsync()
    {
        DirectoryInfo? folder = new(AppContext.BaseDirectory);
        while (folder is not null && !File.Exists(Path.Combine(folder.FullName, "packaging", Unit)))
        {
            folder = folder.Parent;
        }

        Assert.NotNull(folder);
        return File.ReadAllTextAsync(Path.Combine(folder.FullName, "packaging", Unit), TestContext.Current.CancellationToken);
    }

    private static string Analyze()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "systemd is for Linux");
        return Tool.Find("systemd-analyze");
    }

    private string Written(string text)
    {
        string path = Path.Combine(_folder, Unit);
        File.WriteAllText(path, text);
        return path;
    }
}
