namespace SocketConnector.Cli.Tests.Processes;

/// <summary>Programs that nobody here wrote. Where one is missing its test is skipped, and in continuous integration it fails.</summary>
internal static class Tool
{
    // Debian keeps sshd out of the path of an ordinary user.
    private static readonly string[] _folders = [.. (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator), "/usr/sbin", "/usr/local/sbin"];

    /// <returns>Its full path.</returns>
    public static string Find(string name)
    {
        string? path = _folders.Where(folder => folder.Length > 0).Select(folder => Path.Combine(folder, name)).FirstOrDefault(File.Exists);
        if (path is null)
        {
            string reason = $"{name} is not installed";
            Assert.SkipUnless(Environment.GetEnvironmentVariable("CI") == "true", reason);
            Assert.Fail($"{reason}, and CI=true asks for every test");
        }

        return path;
    }
}
