using System.Net.Sockets;
using SocketConnector.Cli.Tests.Processes;
using SocketConnector.TestKit;

namespace SocketConnector.Cli.Tests.EndToEnd;

/// <summary>A Unix socket may be bound to any path, and its name is shown wherever its connection is.</summary>
public sealed class ForgedNameTests : IDisposable
{
    private const string Forged = "x\n12:00:00.000 #7 closed\e[2J";
    private const string Shown = @"x\n12:00:00.000 #7 closed\x1b[2J";

    private readonly string _folder = Directory.CreateTempSubdirectory("forged-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Theory]
    [InlineData("auto")]
    [InlineData("portable")]
    public async Task The_path_of_a_client_or_of_the_listener_breaks_no_line_and_no_terminal(string engine)
    {
        string listener = Path.Combine(_folder, "L" + Forged);
        using var server = new TestServer();
        await using ChildProcess program = TheProgram.Start(
            "server-to-socket", $"unix:{listener}", server.EndPoint.ToString(), "--verbose", "--engine", engine);
        Assert.Equal($"side A listening on unix:{_folder}/L{Shown}", await program.ReadLineAsync());
        using TestPeer client = await TestPeer.ConnectAsync(
            new UnixDomainSocketEndPoint(listener), socket => socket.Bind(new UnixDomainSocketEndPoint(Path.Combine(_folder, Forged))));
        using TestPeer far = await server.AcceptAsync();
        string joined = await program.ReadLineAsync();
        if (joined == $"A unix:{_folder}/{Shown} waits for a partner")
        {
            // Where the dial is not done at once.
            joined = await program.ReadLineAsync();
        }

        Assert.StartsWith($"#1 joined unix:{_folder}/{Shown} and 127.0.0.1:", joined, StringComparison.Ordinal);
        client.Reset();
        far.Dispose();
        await program.ReadLineAsync();
        await program.SignalAsync("INT");
        await program.ExpectExitAsync(0);
        Assert.NotEmpty(program.Errors);
        Assert.All(program.Errors, line => Assert.False(line.Contains('\e', StringComparison.Ordinal) || line.StartsWith("12:00:00.000", StringComparison.Ordinal), program.Told));
        Assert.Contains(program.Errors, line => line.Contains($"A unix:{_folder}/{Shown} connected", StringComparison.Ordinal));
    }
}
