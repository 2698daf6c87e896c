namespace SocketConnector.Capture.Tests;

/// <summary>A folder that is gone behind the test.</summary>
internal sealed class TemporaryFolder : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("capture-");

    public string this[string name] => Path.Join(_folder.FullName, name);

    public string[] Files => [.. _folder.GetFiles().Select(static file => file.FullName).Order(StringComparer.Ordinal)];

    public void Dispose() => _folder.Delete(recursive: true);
}
