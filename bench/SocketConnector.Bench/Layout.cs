namespace SocketConnector.Bench;

/// <summary>Where things lie in the repository that this program was built from.</summary>
internal sealed record Layout(string Root)
{
    public string Built => Path.Combine(Root, "artifacts", "bench");

    public string Load => Path.Combine(Built, "load");

    public string GoProxy => Path.Combine(Built, "iocopy");

    public string Peers => Path.Combine(Root, "bench", "peers");

    public string Program => Path.Combine(Root, "artifacts", "native", "socketconnector");

    public static Layout Find()
    {
        DirectoryInfo? folder = new(AppContext.BaseDirectory);
        while (folder is not null && !File.Exists(Path.Combine(folder.FullName, "SocketConnector.slnx")))
        {
            folder = folder.Parent;
        }

        return new Layout(folder?.FullName ?? throw new InvalidOperationException($"no SocketConnector.slnx above {AppContext.BaseDirectory}"));
    }
}
