namespace SocketConnector.MicroBench;

/// <summary>Where the repository lies that this program was built from.</summary>
internal static class Repository
{
    public static string Root { get; } = Find();

    private static string Find()
    {
        DirectoryInfo? folder = new(AppContext.BaseDirectory);
        while (folder is not null && !File.Exists(Path.Combine(folder.FullName, "SocketConnector.slnx")))
        {
            folder = folder.Parent;
        }

        return folder?.FullName ?? throw new InvalidOperationException($"no SocketConnector.slnx above {AppContext.BaseDirectory}");
    }
}
