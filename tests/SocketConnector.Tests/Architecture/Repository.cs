namespace SocketConnector.Tests.Architecture;

/// <summary>The files of the repository that these tests were built from. Paths are relative to its root, with forward slashes.</summary>
internal static class Repository
{
    private static readonly string[] _generated = ["artifacts", "bin", "obj", ".git", ".vs", ".idea"];

    public static string Root { get; } = FindRoot();

    public static string Absolute(string path) => Path.Combine(Root, path);

    public static string Read(string path) => File.ReadAllText(Absolute(path));

    public static IEnumerable<string> Files(string under = "", string pattern = "*") => Walk(new DirectoryInfo(Absolute(under)), pattern)
        .Select(file => Path.GetRelativePath(Root, file.FullName).Replace('\\', '/'))
        .Order(StringComparer.Ordinal);

    private static IEnumerable<FileInfo> Walk(DirectoryInfo folder, string pattern) => folder.EnumerateFiles(pattern)
        .Concat(folder.EnumerateDirectories().Where(inner => !_generated.Contains(inner.Name, StringComparer.Ordinal)).SelectMany(inner => Walk(inner, pattern)));

    private static string FindRoot()
    {
        DirectoryInfo? folder = new(AppContext.BaseDirectory);
        while (folder is not null && !File.Exists(Path.Combine(folder.FullName, "SocketConnector.slnx")))
        {
            folder = folder.Parent;
        }

        return folder?.FullName ?? throw new InvalidOperationException($"no SocketConnector.slnx above {AppContext.BaseDirectory}: the architecture tests read the sources they were built from");
    }
}
