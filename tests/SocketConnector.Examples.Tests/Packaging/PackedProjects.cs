using System.IO.Compression;
using System.Xml.Linq;

namespace SocketConnector.Examples.Tests.Packaging;

/// <summary>The packages of the libraries and of the program, packed once into a folder of their own, which goes with this.</summary>
[CollectionDefinition(nameof(PackedProjects))]
public sealed class PackedProjects : IAsyncLifetime, ICollectionFixture<PackedProjects>
{
    /// <summary>Given by hand to the program's package alone; the library's names what the clone does.</summary>
    public const string Url = "https://git.example.org/socketconnector";

    public string Folder { get; } = Directory.CreateTempSubdirectory("socketconnector-packages-").FullName;

    public async ValueTask InitializeAsync()
    {
        await PackAsync("SocketConnector.ProxyProtocol");
        await PackAsync("SocketConnector");
        await PackAsync("SocketConnector.Rendezvous");
        await PackAsync("SocketConnector.Rendezvous.AspNetCore");
        await PackAsync("SocketConnector.Capture");
        await PackAsync("SocketConnector.Admin");
        await PackAsync("SocketConnector.Cli", $"-p:RepositoryUrl={Url}.git");
    }

    public ValueTask DisposeAsync()
    {
        Directory.Delete(Folder, recursive: true);
        return ValueTask.CompletedTask;
    }

    public string Version(string id) => Path.GetFileNameWithoutExtension(Package(id))[(id.Length + 1)..];

    /// <summary>The files in a package, each with its text.</summary>
    public IReadOnlyDictionary<string, string> Read(string id, string kind = "nupkg")
    {
        using ZipArchive archive = ZipFile.OpenRead(Path.ChangeExtension(Package(id), kind));
        return archive.Entries.ToDictionary(
            entry => entry.FullName,
            entry =>
            {
                using var reader = new StreamReader(entry.Open());
                return reader.ReadToEnd();
            },
            StringComparer.Ordinal);
    }

    /// <summary>What a package says of itself.</summary>
    public XElement Describe(string id) => WithoutNamespaces(XElement.Parse(Read(id)[$"{id}.nuspec"])).Element("metadata")!;

    // A version begins with a digit, and no further word of a package's name does.
    private string Package(string id) => Assert.Single(Directory.GetFiles(Folder, $"{id}.*.nupkg"), file => char.IsAsciiDigit(Path.GetFileName(file)[id.Length + 1]));

    private Task<string> PackAsync(string project, params string[] more) =>
        Sdk.RunAsync(Sdk.Root, ["pack", $"src/{project}", "--no-build", "-c", Sdk.Configuration, "-o", Folder, "-v", "quiet", "-nologo", .. more]);

    private static XElement WithoutNamespaces(XElement element) =>
        new(element.Name.LocalName, element.Attributes().Where(it => !it.IsNamespaceDeclaration), element.Nodes().Select(node => node is XElement inner ? WithoutNamespaces(inner) : node));
}
