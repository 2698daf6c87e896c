namespace SocketConnector.Fuzz;

/// <summary>Where things are: the inputs, which are kept in the repository, and what a run makes.</summary>
internal static class Corpus
{
    private static string Root { get; } = FindRoot();

    public static string Artifacts { get; } = Path.Combine(Root, "artifacts", "fuzz");

    public static string Folder(Target target) => Path.Combine(Root, "tests", "fuzz", "corpus", target.Name);

    public static string Dictionary(Target target) => Path.Combine(Root, "tests", "fuzz", "dictionaries", $"{target.Name}.dict");

    public static IReadOnlyList<string> Files(Target target) => [.. Directory.EnumerateFiles(Folder(target)).Order(StringComparer.Ordinal)];

    private static string FindRoot()
    {
        DirectoryInfo? folder = new(AppContext.BaseDirectory);
        while (folder is not null && !File.Exists(Path.Combine(folder.FullName, "SocketConnector.slnx")))
        {
            folder = folder.Parent;
        }

        return folder?.FullName ?? throw new InvalidOperationException($"no SocketConnector.slnx above {AppContext.BaseDirectory}: the corpus is beside the sources");
    }
}
