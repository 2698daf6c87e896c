using System.Text.Json;

namespace SocketConnector.Examples.Tests.Packaging;

/// <summary>A package as a stranger takes it into a new program, from a folder and with nothing from the network.</summary>
[Collection(nameof(PackedProjects))]
public sealed class PackageUseTests(PackedProjects packages)
{
    private const string Program = """
        using System.Net;
        using System.Net.Sockets;
        using SocketConnector;

        await using Connector connector = await Connector.ServerToServerAsync(new ListenOptions(IPAddress.Loopback, 0), new ListenOptions(IPAddress.Loopback, 0));
        using var a = new TcpClient("127.0.0.1", connector.PortA!.Value);
        using var b = new TcpClient("127.0.0.1", connector.PortB!.Value);
        using var writer = new StreamWriter(a.GetStream());
        await writer.WriteLineAsync("through the package");
        await writer.FlushAsync();
        using var reader = new StreamReader(b.GetStream());
        Console.WriteLine(await reader.ReadLineAsync());
        """;

    private const string MeetingProgram = """
        using System.Net;
        using System.Net.Sockets;
        using SocketConnector;
        using SocketConnector.Rendezvous;

        byte[] key = new byte[32];
        string ticket = new TicketMint(TicketKey.Hs256("1", key)).Sign(new Ticket("somebody", DateTimeOffset.UtcNow.AddHours(1)));
        await using RendezvousRelay relay = await RendezvousRelay.StartAsync([new ListenOptions(IPAddress.Loopback, 0)], new RelayOptions { TicketKeys = [TicketKey.Hs256("1", key)] });
        var session = new RendezvousEndPoint(new ConnectOptions(relay.EndPoints[0]), SessionSecret.Generate()) { Ticket = ticket };
        using var target = new TcpListener(IPAddress.Loopback, 0);
        target.Start();
        await using Connector service = await Connector.ServerToSocketAsync(new ListenOptions(session), new ConnectOptions(target.LocalEndpoint));
        await using Connector user = await Connector.ServerToSocketAsync(new ListenOptions(IPAddress.Loopback, 0), new ConnectOptions(session));
        using var client = new TcpClient("127.0.0.1", user.PortA!.Value);
        using var writer = new StreamWriter(client.GetStream());
        await writer.WriteLineAsync("through the relay");
        await writer.FlushAsync();
        using TcpClient accepted = await target.AcceptTcpClientAsync();
        using var reader = new StreamReader(accepted.GetStream());
        Console.WriteLine(await reader.ReadLineAsync());
        """;

    private const string WebProgram = """
        using System.Net;
        using Microsoft.AspNetCore.Builder;
        using Microsoft.AspNetCore.Hosting;
        using Microsoft.Extensions.Logging;
        using SocketConnector;
        using SocketConnector.Rendezvous;

        await using RendezvousRelay relay = await RendezvousRelay.StartAsync([new ListenOptions(IPAddress.Loopback, 0)]);
        var session = new RendezvousEndPoint(new ConnectOptions(relay.EndPoints[0]), SessionSecret.Generate());
        WebApplicationBuilder builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseRendezvous().ConfigureKestrel(kestrel => kestrel.Listen(session));
        await using WebApplication app = builder.Build();
        app.MapGet("/", () => "through Kestrel");
        await app.StartAsync();
        using var client = new HttpClient(new SocketsHttpHandler { ConnectCallback = async (_, cancellationToken) => (await session.ConnectAsync(cancellationToken)).Stream });
        Console.WriteLine(await client.GetStringAsync("http://behind.nat/"));
        """;

    private const string CaptureProgram = """
        using System.Net;
        using System.Net.Sockets;
        using SocketConnector;
        using SocketConnector.Capture;

        var file = new MemoryStream();
        await using (PacketCapture capture = PacketCapture.ToStream(file))
        {
            using var server = new TcpListener(IPAddress.Loopback, 0);
            server.Start();
            await using Connector connector = await Connector.ServerToSocketAsync(
                new ListenOptions(IPAddress.Loopback, 0), new ConnectOptions(server.LocalEndpoint), new ConnectorOptions { NewTap = capture.NewTap });
            using var client = new TcpClient();
            await client.ConnectAsync((IPEndPoint)connector.EndPointA!);
            using TcpClient upstream = await server.AcceptTcpClientAsync();
            await client.GetStream().WriteAsync("x"u8.ToArray());
            await upstream.GetStream().ReadExactlyAsync(new byte[1]);
            await connector.DisposeAsync();
            Console.WriteLine(capture.Packets > 3 ? "through the capture" : $"{capture.Packets} packets");
        }
        """;

    private const string AdminProgram = """
        using System.Net;
        using SocketConnector;
        using SocketConnector.Admin;

        await using AdminServer admin = await AdminServer.StartAsync(new AdminOptions { EndPoint = new IPEndPoint(IPAddress.Loopback, 0), Token = "a-secret-of-the-test" });
        await using var connector = new Connector();
        using IDisposable shown = admin.Add(connector);
        using var client = new HttpClient { BaseAddress = new Uri($"http://{admin.EndPoint}") };
        client.DefaultRequestHeaders.Authorization = new("Bearer", "a-secret-of-the-test");
        Console.WriteLine((await client.GetStringAsync("/v1/connectors/1")).Contains("\"open\"") ? "through the admin channel" : "not open");
        """;

    [Theory]
    [InlineData("SocketConnector", Program, "through the package")]
    [InlineData("SocketConnector.Capture", CaptureProgram, "through the capture")]
    [InlineData("SocketConnector.Admin", AdminProgram, "through the admin channel")]
    [InlineData("SocketConnector.Rendezvous", MeetingProgram, "through the relay")]
    [InlineData("SocketConnector.Rendezvous.AspNetCore", WebProgram, "through Kestrel")]
    public async Task A_new_program_restores_builds_and_runs_with_the_package(string id, string program, string expected)
    {
        string folder = Directory.CreateTempSubdirectory("socketconnector-user-").FullName;
        try
        {
            Write("Program.cs", program);
            Write("Directory.Build.props", "<Project />");
            Write("Directory.Build.targets", "<Project />");
            Write("Directory.Packages.props", "<Project />");
            Write("NuGet.config", Sources([packages.Folder, .. CachedPackages()]));
            Write("User.csproj", $"""
                <Project Sdk="Microsoft.NET.Sdk">
                  <PropertyGroup>
                    <OutputType>Exe</OutputType>
                    <TargetFramework>net10.0</TargetFramework>
                    <Nullable>enable</Nullable>
                    <ImplicitUsings>enable</ImplicitUsings>
                    <TreatWarningsAsErrors>true</TreatWarningsAsErrors>
                    <UseAppHost>false</UseAppHost>
                    <RestorePackagesPath>{Path.Combine(folder, "packages")}</RestorePackagesPath>
                  </PropertyGroup>
                  <ItemGroup>
                    <PackageReference Include="{id}" Version="{packages.Version(id)}" />
                  </ItemGroup>
                </Project>
                """);
            await Sdk.RunAsync(folder, "build", "-o", Path.Combine(folder, "out"), "-v", "quiet", "-nologo");
            Assert.Equal(expected, (await Sdk.RunAsync(folder, Path.Combine(folder, "out", "User.dll"))).Trim());
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }

        void Write(string file, string text) => File.WriteAllText(Path.Combine(folder, file), text);
    }

    /// <summary>Where the library's own packages were restored to, which can be restored from in turn.</summary>
    private static string[] CachedPackages()
    {
        using var assets = JsonDocument.Parse(File.ReadAllText(Path.Combine(Sdk.Root, "artifacts/obj/SocketConnector/project.assets.json")));
        return [.. assets.RootElement.GetProperty("packageFolders").EnumerateObject().Select(folder => folder.Name)];
    }

    private static string Sources(string[] folders) =>
        $"<configuration><packageSources><clear />{string.Concat(folders.Select((folder, i) => $"<add key=\"folder{i}\" value=\"{folder}\" />"))}</packageSources></configuration>";
}
