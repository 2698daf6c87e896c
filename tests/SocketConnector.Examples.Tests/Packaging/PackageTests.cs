using System.Reflection;
using System.Text.RegularExpressions;
using System.Xml.Linq;

namespace SocketConnector.Examples.Tests.Packaging;

[Collection(nameof(PackedProjects))]
public sealed partial class PackageTests(PackedProjects packages)
{
    private const BindingFlags All = BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.Instance | BindingFlags.Static | BindingFlags.DeclaredOnly;

    [Theory]
    [InlineData("SocketConnector.ProxyProtocol")]
    [InlineData("SocketConnector")]
    [InlineData("SocketConnector.Rendezvous")]
    [InlineData("SocketConnector.Rendezvous.AspNetCore")]
    [InlineData("SocketConnector.Capture")]
    [InlineData("SocketConnector.Admin")]
    [InlineData("SocketConnector.Cli")]
    public void A_package_describes_itself(string id)
    {
        XElement about = packages.Describe(id);
        Assert.Equal("The SocketConnector authors", about.Element("authors")?.Value);
        Assert.Equal("BSD-3-Clause", about.Element("license")?.Value);
        Assert.Contains("Copyright", about.Element("copyright")?.Value, StringComparison.Ordinal);
        Assert.Equal("icon.png", about.Element("icon")?.Value);
        Assert.Equal("PACKAGE.md", about.Element("readme")?.Value);
        Assert.True(about.Element("description")?.Value.Length > 80, "the description is what a search result shows; it says too little");
        Assert.True(about.Element("tags")?.Value.Split(' ').Length >= 5, "there are hardly any tags");
        Assert.Contains("### Added", about.Element("releaseNotes")?.Value, StringComparison.Ordinal);
        Assert.Equal("git", about.Element("repository")?.Attribute("type")?.Value);
    }

    [Fact]
    public void A_package_names_the_repository_that_it_was_told()
    {
        XElement about = packages.Describe("SocketConnector.Cli");
        Assert.Equal(PackedProjects.Url, about.Element("projectUrl")?.Value);
        Assert.Equal(PackedProjects.Url + ".git", about.Element("repository")?.Attribute("url")?.Value);
    }

    [Fact]
    public void A_package_names_no_folder_of_the_machine_that_packed_it()
    {
        XElement about = packages.Describe("SocketConnector");
        Assert.DoesNotContain(Sdk.Root, about.ToString(), StringComparison.Ordinal);
        Assert.StartsWith("https://", about.Element("repository")?.Attribute("url")?.Value ?? "https://", StringComparison.Ordinal);
        Assert.Equal(about.Element("repository")?.Attribute("url") is null, about.Element("projectUrl") is null);
    }

    [Theory]
    [InlineData("SocketConnector.ProxyProtocol")]
    [InlineData("SocketConnector")]
    [InlineData("SocketConnector.Rendezvous")]
    [InlineData("SocketConnector.Rendezvous.AspNetCore")]
    [InlineData("SocketConnector.Capture")]
    [InlineData("SocketConnector.Admin")]
    [InlineData("SocketConnector.Cli")]
    public void A_package_brings_read_me_icon_licence_and_symbols(string id)
    {
        IReadOnlyDictionary<string, string> files = packages.Read(id);
        Assert.Contains("PNG", files["icon.png"], StringComparison.Ordinal);
        Assert.StartsWith("BSD 3-Clause License", files["LICENSE"], StringComparison.Ordinal);
        Assert.Contains("PACKAGE.md", files.Keys);
        Assert.Contains(packages.Read(id, "snupkg").Keys, file => file.EndsWith($"/{id}.pdb", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("SocketConnector", "dotnet add package SocketConnector")]
    [InlineData("SocketConnector.ProxyProtocol", "dotnet add package SocketConnector.ProxyProtocol")]
    [InlineData("SocketConnector.Rendezvous", "dotnet add package SocketConnector.Rendezvous")]
    [InlineData("SocketConnector.Rendezvous.AspNetCore", "dotnet add package SocketConnector.Rendezvous.AspNetCore")]
    [InlineData("SocketConnector.Capture", "dotnet add package SocketConnector.Capture")]
    [InlineData("SocketConnector.Admin", "dotnet add package SocketConnector.Admin")]
    [InlineData("SocketConnector.Cli", "dotnet tool install --global SocketConnector.Cli")]
    public void A_package_s_read_me_stands_by_itself(string id, string install)
    {
        string text = packages.Read(id)["PACKAGE.md"];
        Assert.Contains(install, text, StringComparison.Ordinal);
        Assert.DoesNotMatch(RelativeLink(), text);
        Assert.DoesNotContain("clone", text, StringComparison.OrdinalIgnoreCase);
    }

    [Fact]
    public void The_rendezvous_brings_the_library_and_the_formats_that_it_reads() => Assert.Equal(
        ["Microsoft.IdentityModel.JsonWebTokens", "SocketConnector", "System.Formats.Cbor"],
        packages.Describe("SocketConnector.Rendezvous").Descendants("dependency").Select(dependency => dependency.Attribute("id")!.Value).Order(StringComparer.Ordinal));

    [Fact]
    public void The_transport_for_ASP_NET_Core_brings_the_rendezvous_and_asks_for_the_framework()
    {
        XElement about = packages.Describe("SocketConnector.Rendezvous.AspNetCore");
        Assert.Equal(["SocketConnector.Rendezvous"], about.Descendants("dependency").Select(dependency => dependency.Attribute("id")!.Value));
        Assert.Equal(["Microsoft.AspNetCore.App"], about.Descendants("frameworkReference").Select(framework => framework.Attribute("name")!.Value));
    }

    [Fact]
    public void The_admin_channel_brings_the_capture_and_asks_for_the_framework()
    {
        XElement about = packages.Describe("SocketConnector.Admin");
        Assert.Equal(["SocketConnector.Capture"], about.Descendants("dependency").Select(dependency => dependency.Attribute("id")!.Value));
        Assert.Equal(["Microsoft.AspNetCore.App"], about.Descendants("frameworkReference").Select(framework => framework.Attribute("name")!.Value));
    }

    [Fact]
    public void The_documentation_in_the_package_is_that_of_the_public_surface()
    {
        Type[] visible = [.. typeof(Connector).Assembly.GetTypes().Where(type => type.IsVisible)];
        string[] entries = [.. XDocument.Parse(packages.Read("SocketConnector")["lib/net10.0/SocketConnector.xml"]).Descendants("member").Select(member => member.Attribute("name")!.Value)];
        string[] hidden = [.. entries.Where(entry => !visible.Any(type => Documents(entry, type)))];
        Assert.True(hidden.Length == 0, $"{hidden.Length} of {entries.Length} entries are of what no user can see:\n{string.Join('\n', hidden)}");

        // And it has lost nothing: not a type, and not one of the four ways to start.
        Assert.All(visible, type => Assert.Contains($"T:{type.FullName!.Replace('+', '.')}", entries));
        Assert.Equal(4, entries.Count(entry => StartMethod().IsMatch(entry)));
    }

    [Theory]
    [InlineData("SocketConnector.Rendezvous")]
    [InlineData("SocketConnector.Rendezvous.AspNetCore")]
    [InlineData("SocketConnector.Capture")]
    [InlineData("SocketConnector.Admin")]
    public void The_documentation_of_an_add_on_is_that_of_its_public_types(string id)
    {
        string[] declared = [.. File.ReadLines(Path.Combine(Sdk.Root, $"src/{id}/PublicAPI.Unshipped.txt"))
            .Where(line => !line.StartsWith('#') && !line.Contains("->", StringComparison.Ordinal)).Order(StringComparer.Ordinal)];
        string text = packages.Read(id)[$"lib/net10.0/{id}.xml"];
        string[] documented = [.. XDocument.Parse(text).Descendants("member").Select(member => member.Attribute("name")!.Value)
            .Where(name => name.StartsWith("T:", StringComparison.Ordinal)).Select(name => name[2..]).Order(StringComparer.Ordinal)];
        Assert.Equal(declared, documented);
    }

    private static bool Documents(string entry, Type type)
    {
        string name = type.FullName!.Replace('+', '.');
        string full = entry[2..].Split('(')[0].Split("``")[0];
        return full == name || (full.StartsWith(name + ".", StringComparison.Ordinal)
            && type.GetMember(full[(name.Length + 1)..].Replace('#', '.'), All).Any(IsSeen));
    }

    private static bool IsSeen(MemberInfo member) => member switch
    {
        MethodBase method => method.IsPublic || method.IsFamily || method.IsFamilyOrAssembly,
        FieldInfo field => field.IsPublic || field.IsFamily || field.IsFamilyOrAssembly,
        PropertyInfo property => property.GetAccessors(nonPublic: true).Any(IsSeen),
        _ => false,
    };

    [GeneratedRegex(@"\]\((?!https://)", RegexOptions.None, matchTimeoutMilliseconds: 1000)]
    private static partial Regex RelativeLink();

    [GeneratedRegex(@"^M:SocketConnector\.Connector\.\w+To\w+Async\(", RegexOptions.None, matchTimeoutMilliseconds: 1000)]
    private static partial Regex StartMethod();
}
