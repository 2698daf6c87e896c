using SocketConnector.Cli.Tests.Processes;
using SocketConnector.TestKit;

namespace SocketConnector.Cli.Tests.EndToEnd;

/// <summary>Where the process may open few files only: more clients than it can serve at once wait, and none of them ends it.</summary>
public sealed class DescriptorLimitTests
{
    private const int Limit = 256;
    private const int Clients = 150;

    [Fact]
    public async Task B15_Clients_beyond_the_descriptor_limit_wait_until_others_have_gone()
    {
        using var server = new TestServer();
        await using ChildProcess program = TheProgram.StartLimited(Limit, "server-to-socket", "127.0.0.1:0", server.EndPoint.ToString());
        int port = await program.ListeningAsync(Side.A);
        var clients = new List<TestPeer>();
        for (int i = 0; i < Clients; i++)
        {
            clients.Add(await ProgramPair.DialAsync(port));
        }

        await program.ErrorLineAsync("this process has too many files open (ulimit -n)");

        for (int served = 0; served < Clients; served++)
        {
            using TestPeer upstream = await server.AcceptAsync();
            await upstream.WriteAsync("x");
            TestPeer client = await FirstServedAsync(clients);
            Assert.Equal("x", await client.ReadTextAsync(1));
            clients.Remove(client);
            client.Dispose();
        }

        using TestPeer late = await ProgramPair.DialAsync(port);
        using TestPeer lateUpstream = await server.AcceptAsync();
        await late.WriteAsync("still here");
        Assert.Equal("still here", await lateUpstream.ReadTextAsync(10));
        Assert.True(program.Errors.Count < 20, $"it complains once for each burst, not for each failure: {program.Told}");
    }

    private static async Task<TestPeer> FirstServedAsync(List<TestPeer> clients)
    {
        await Eventually.TrueAsync(() => clients.Any(client => client.Socket.Available > 0), explain: () => $"{clients.Count} clients still wait");
        return clients.First(client => client.Socket.Available > 0);
    }
}
