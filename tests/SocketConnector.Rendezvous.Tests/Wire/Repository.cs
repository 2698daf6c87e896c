namespace SocketConnector.Rendezvous.Tests.Wire;

/// <summary>The files beside the sources.</summary>
internal static class Repository
{
    private static readonly string _root = FindRoot();

    public static string Path(string relative) => System.IO.Path.Combine(_root, relative);

    private static string FindRoot()
    {
        DirectoryInfo? folder = new(AppContext.BaseDirectory);
        while (folder is not null && !File.Exists(System.IO.Path.Combine(folder.FullName, "SocketConnector.slnx")))
        {
            folder = folder.Parent;
        }

        return folder?.FullName ?? throw new InvalidOperationException($"no SocketConnector.slnx above {AppContext.BaseDirectory}");
    }
}
