using SocketConnector.Cli.Tests.Processes;
using SocketConnector.TestKit;

namespace SocketConnector.Cli.Tests.EndToEnd;

/// <summary>An output is a pipe that nobody reads, and every reset is a warning and two events: sooner or later no more fit into it.</summary>
public sealed class UnreadOutputsTests
{
    // A warning is longer than a hundred bytes, a pipe takes 64 KiB of them (pipe(7)).
    private const int MoreWarningsThanFit = 650;

    // As many events wait in the program, and an event is longer than 50 bytes.
    private const int MoreEventsThanFit = 4096 + 1300;

    [Theory]
    [InlineData("auto")]
    [InlineData("portable")]
    public async Task Connections_that_stand_are_relayed_although_nobody_reads_the_warnings(string engine)
    {
        using var server = new TestServer();
        await using ChildProcess program = TheProgram.StartUnheard("server-to-socket", "127.0.0.1:0", server.EndPoint.ToString(), "--engine", engine);
        int port = await program.ListeningAsync(Side.A);
        using StandingConnections standing = await StandingConnections.OpenAsync(port, server);
        await ResetManyAsync(MoreWarningsThanFit, port, server);
        await standing.TalkAsync();
    }

    [Theory]
    [InlineData("auto")]
    [InlineData("portable")]
    public async Task Connections_that_stand_are_relayed_and_a_signal_is_obeyed_although_nobody_reads_anything(string engine)
    {
        using var server = new TestServer();
        await using ChildProcess program = TheProgram.StartAlone("server-to-socket", "127.0.0.1:0", server.EndPoint.ToString(), "--engine", engine);
        int port = TheProgram.Port(await program.RawOutput.ReadLineAsync(TestContext.Current.CancellationToken));
        using (StandingConnections standing = await StandingConnections.OpenAsync(port, server))
        {
            await ResetManyAsync(MoreEventsThanFit / 2, port, server);
            await standing.TalkAsync();
            await program.SignalAsync("INT");
            await standing.TalkAsync();
        }

        await program.ExpectExitAsync(0);
    }

    private static async Task ResetManyAsync(int many, int port, TestServer server)
    {
        for (int i = 0; i < many; i++)
        {
            using TestPeer client = await ProgramPair.DialAsync(port);
            (await server.AcceptAsync()).Dispose();
            client.Reset();
        }
    }

    private sealed class StandingConnections : IDisposable
    {
        // More than there are event loops, so that each has some.
        private const int Many = 16;

        private readonly List<(TestPeer Client, TestPeer Upstream)> _pairs = [];

        public static async Task<StandingConnections> OpenAsync(int port, TestServer server)
        {
            var standing = new StandingConnections();
            for (int i = 0; i < Many; i++)
            {
                standing._pairs.Add((await ProgramPair.DialAsync(port), await server.AcceptAsync()));
            }

            return standing;
        }

        public async Task TalkAsync()
        {
            foreach ((TestPeer client, TestPeer upstream) in _pairs)
            {
                await client.WriteAsync("still");
                Assert.Equal("still", await upstream.ReadTextAsync(5));
                await upstream.WriteAsync("here");
                Assert.Equal("here", await client.ReadTextAsync(4));
            }
        }

        public void Dispose() => _pairs.ForEach(pair =>
        {
            pair.Client.Dispose();
            pair.Upstream.Dispose();
        });
    }
}
