using System.Text.Json;
using System.Xml.Linq;

namespace SocketConnector.Tests.Architecture;

/// <summary>Whoever takes the library takes the logging abstractions and the codec of PROXY headers with it, which has no dependency, and nothing else.</summary>
public sealed class DependencyTests
{
    private const string Allowed = "Microsoft.Extensions.Logging.Abstractions";
    private const string Codec = "SocketConnector.ProxyProtocol";

    [Fact]
    public void The_project_refers_to_the_logging_abstractions_only()
    {
        var project = XDocument.Parse(Repository.Read("src/SocketConnector/SocketConnector.csproj"));
        string[] references = [.. project.Descendants()
            .Where(element => element.Name.LocalName is "PackageReference" or "ProjectReference" or "FrameworkReference" or "Reference")
            .Select(element => $"{element.Name.LocalName} {element.Attribute("Include")?.Value}")];
        Assert.Equal([$"PackageReference {Allowed}", "ProjectReference ../SocketConnector.ProxyProtocol/SocketConnector.ProxyProtocol.csproj"], references);
    }

    [Fact]
    public void The_locked_packages_are_the_logging_abstractions_what_they_need_and_tools_of_the_build()
    {
        string[] tools = ["Microsoft.NET.ILLink.Tasks", .. XDocument.Parse(Repository.Read("Directory.Packages.props"))
            .Descendants("GlobalPackageReference").Select(element => element.Attribute("Include")!.Value)];
        using var locked = JsonDocument.Parse(Repository.Read("src/SocketConnector/packages.lock.json"));
        JsonElement packages = locked.RootElement.GetProperty("dependencies").GetProperty("net10.0");
        string[] needed = [.. packages.GetProperty(Allowed).GetProperty("dependencies").EnumerateObject().Select(package => package.Name)];
        Assert.Empty(packages.EnumerateObject().Select(package => package.Name).Except([Allowed, Codec, .. needed, .. tools], StringComparer.OrdinalIgnoreCase));
    }

    [Fact]
    public void The_assembly_refers_to_the_base_class_library_and_the_logging_abstractions_only()
    {
        string platform = Path.GetDirectoryName(typeof(object).Assembly.Location)!;
        IEnumerable<string> foreign = typeof(Connector).Assembly.GetReferencedAssemblies()
            .Select(reference => reference.Name!)
            .Where(name => name is not (Allowed or Codec) && !File.Exists(Path.Combine(platform, $"{name}.dll")));
        Assert.Empty(foreign);
    }

    /// <summary>
    /// Besides: the one way to standard error, in the library's words and under its time; the one way to write what a stranger chose; the
    /// mark of a writer that never waits; what a process needs of its descriptors; why an argument or a file will not do; and the bounds of options.
    /// </summary>
    [Fact]
    public void The_program_uses_what_everybody_can_use_and_the_ways_to_standard_error() =>
        Assert.Equal(
            [
                "ArgumentText", "Cause", "ConnectionRate", "ConnectorLog", "DescriptorReserve", "FileErrorText", "IImmediateEvents", "LegibleText", "Peer", "Require", "RetryOptions",
                "StandardErrorLines", "StandardErrorLogger", "StandardStream", "TimeStamp", "UnixName",
            ],
            SourceModel.InternalTypesThatTheProgramUses().Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal));
}
