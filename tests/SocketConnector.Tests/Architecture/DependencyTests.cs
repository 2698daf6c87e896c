using System.Text.Json;
using System.Xml.Linq;
using SocketConnector.Rendezvous;

namespace SocketConnector.Tests.Architecture;

/// <summary>
/// Whoever takes the library takes the logging abstractions and the codec of PROXY headers with it, which has no dependency, and nothing else.
/// The rendezvous adds CBOR and JSON Web Tokens.
/// </summary>
public sealed class DependencyTests
{
    private const string Allowed = "Microsoft.Extensions.Logging.Abstractions";
    private const string Codec = "SocketConnector.ProxyProtocol";

    private static readonly string[] _ofRendezvous = ["System.Formats.Cbor", "Microsoft.IdentityModel.JsonWebTokens"];

    [Fact]
    public void The_project_refers_to_the_logging_abstractions_only() =>
        Assert.Equal([$"PackageReference {Allowed}", "ProjectReference ../SocketConnector.ProxyProtocol/SocketConnector.ProxyProtocol.csproj"], ReferencesOf("SocketConnector"));

    [Fact]
    public void The_rendezvous_refers_to_the_library_and_two_formats_only() => Assert.Equal(
        [.. _ofRendezvous.Select(package => $"PackageReference {package}"), "ProjectReference ../SocketConnector/SocketConnector.csproj"],
        ReferencesOf("SocketConnector.Rendezvous"));

    [Fact]
    public void The_transport_for_ASP_NET_Core_refers_to_the_rendezvous_and_the_framework_only() => Assert.Equal(
        ["FrameworkReference Microsoft.AspNetCore.App", "ProjectReference ../SocketConnector.Rendezvous/SocketConnector.Rendezvous.csproj"],
        ReferencesOf("SocketConnector.Rendezvous.AspNetCore"));

    [Fact]
    public void The_capture_refers_to_the_library_only() =>
        Assert.Equal(["ProjectReference ../SocketConnector/SocketConnector.csproj"], ReferencesOf("SocketConnector.Capture"));

    [Fact]
    public void The_admin_channel_refers_to_the_capture_and_the_framework_only() => Assert.Equal(
        ["FrameworkReference Microsoft.AspNetCore.App", "ProjectReference ../SocketConnector.Capture/SocketConnector.Capture.csproj"],
        ReferencesOf("SocketConnector.Admin"));

    /// <summary>Where an add-on package would need to see the inside of another, that one lacks something that everybody could use.</summary>
    [Theory]
    [InlineData("SocketConnector.ProxyProtocol")]
    [InlineData("SocketConnector")]
    [InlineData("SocketConnector.Rendezvous")]
    [InlineData("SocketConnector.Rendezvous.AspNetCore")]
    [InlineData("SocketConnector.Capture")]
    [InlineData("SocketConnector.Admin")]
    public void A_package_shows_its_inside_to_the_program_and_to_tests_only(string project) =>
        Assert.DoesNotContain(SourceModel.FriendsOf(project), friend => friend != "SocketConnector.Cli" && Directory.Exists(Repository.Absolute($"src/{friend}")));

    [Fact]
    public void The_locked_packages_are_the_logging_abstractions_what_they_need_and_tools_of_the_build()
    {
        using var locked = JsonDocument.Parse(Repository.Read("src/SocketConnector/packages.lock.json"));
        Assert.Empty(Unexpected(locked, [Allowed, Codec]));
    }

    [Fact]
    public void The_locked_packages_of_the_rendezvous_are_those_formats_what_they_need_and_tools_of_the_build()
    {
        using var locked = JsonDocument.Parse(Repository.Read("src/SocketConnector.Rendezvous/packages.lock.json"));
        Assert.Empty(Unexpected(locked, ["SocketConnector", .. _ofRendezvous]));
    }

    [Fact]
    public void The_assembly_refers_to_the_base_class_library_and_the_logging_abstractions_only() =>
        Assert.Equal([Allowed, Codec], ForeignTo(typeof(Connector)));

    [Fact]
    public void The_assembly_of_the_rendezvous_refers_to_the_library_and_those_formats_only() =>
        Assert.Equal([Allowed, "Microsoft.IdentityModel.JsonWebTokens", "Microsoft.IdentityModel.Tokens", "SocketConnector", "System.Formats.Cbor"], ForeignTo(typeof(RendezvousRelay)));

    /// <summary>
    /// Besides: the one way to standard error, in the library's words and under its time; the one way to write what a stranger chose; the
    /// mark of a writer that never waits; the base of a stream that keeps nothing back; what a process needs of its descriptors; how an end point is written; why an argument or
    /// a file will not do; and the bounds of options.
    /// </summary>
    [Fact]
    public void The_program_uses_what_everybody_can_use_and_the_ways_to_standard_error() =>
        Assert.Equal(
            [
                "ArgumentText", "Cause", "ConnectionRate", "ConnectorLog", "DescriptorReserve", "EndPointText", "FileErrorText", "IImmediateEvents", "LegibleText", "Peer", "Require", "RetryOptions",
                "StandardErrorLines", "StandardErrorLogger", "StandardStream", "TimeStamp", "UnbufferedStream", "UnixName",
            ],
            SourceModel.InternalTypesThatTheProgramUses().Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal));

    private static string[] ReferencesOf(string project) => [.. XDocument.Parse(Repository.Read($"src/{project}/{project}.csproj")).Descendants()
        .Where(element => element.Name.LocalName is "PackageReference" or "ProjectReference" or "FrameworkReference" or "Reference")
        .Select(element => $"{element.Name.LocalName} {element.Attribute("Include")?.Value}")];

    /// <summary>What is locked beside some packages, all that they need, and tools of the build.</summary>
    private static IEnumerable<string> Unexpected(JsonDocument locked, string[] wanted)
    {
        var expected = new HashSet<string>(
            ["Microsoft.NET.ILLink.Tasks", .. XDocument.Parse(Repository.Read("Directory.Packages.props")).Descendants("GlobalPackageReference").Select(element => element.Attribute("Include")!.Value)],
            StringComparer.OrdinalIgnoreCase);
        Dictionary<string, JsonElement> packages = locked.RootElement.GetProperty("dependencies").GetProperty("net10.0").EnumerateObject()
            .ToDictionary(package => package.Name, package => package.Value, StringComparer.OrdinalIgnoreCase);
        foreach (string package in wanted)
        {
            Expect(package);
        }

        return packages.Keys.Except(expected, StringComparer.OrdinalIgnoreCase);

        void Expect(string name)
        {
            if (expected.Add(name) && packages[name].TryGetProperty("dependencies", out JsonElement needed))
            {
                foreach (JsonProperty package in needed.EnumerateObject())
                {
                    Expect(package.Name);
                }
            }
        }
    }

    /// <summary>The assemblies that one refers to and that are not the platform's.</summary>
    private static string[] ForeignTo(Type type)
    {
        string platform = Path.GetDirectoryName(typeof(object).Assembly.Location)!;
        return [.. type.Assembly.GetReferencedAssemblies().Select(reference => reference.Name!)
            .Where(name => !File.Exists(Path.Combine(platform, $"{name}.dll"))).Order(StringComparer.Ordinal)];
    }
}
