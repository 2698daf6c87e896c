namespace SocketConnector.Cli.Tests.Processes;

/// <summary>Files of secrets in a folder of their own, which is gone when this is disposed.</summary>
internal sealed class SecretFiles : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("secrets").FullName;

    /// <summary>A file with one line.</summary>
    /// <returns>Where it is, as an option takes it.</returns>
    public string Add(string name, string line, bool isForAll = false)
    {
        string path = Path.Combine(_folder, name);
        File.WriteAllText(path, $"{line}\n");
        Permissions.Set(path, UnixFileMode.UserRead | UnixFileMode.UserWrite | (isForAll ? UnixFileMode.OtherRead : UnixFileMode.None));
        return $"file:{path}";
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);
}
