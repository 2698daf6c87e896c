using SocketConnector.Cli.Tests.Processes;
using SocketConnector.TestKit;

namespace SocketConnector.Cli.Tests.EndToEnd;

/// <summary>Standard error is a pipe that nobody reads, and every reset is a warning: sooner or later none fits into it any more.</summary>
public sealed class UnreadErrorsTests
{
    // A warning is longer than a hundred bytes, a pipe takes 64 KiB of them (pipe(7)).
    private const int MoreThanFit = 650;

    // More than there are event loops, so that each has some.
    private const int Standing = 16;

    [Fact]
    public async Task Connections_that_stand_are_relayed_although_nobody_reads_the_warnings()
    {
        using var server = new TestServer();
        await using ChildProcess program = TheProgram.StartUnheard("server-to-socket", "127.0.0.1:0", server.EndPoint.ToString());
        int port = await program.ListeningAsync(Side.A);
        var standing = new List<(TestPeer Client, TestPeer Upstream)>();
        try
        {
            for (int i = 0; i < Standing; i++)
            {
                standing.Add((await ProgramPair.DialAsync(port), await server.AcceptAsync()));
            }

            for (int i = 0; i < MoreThanFit; i++)
            {
                using TestPeer client = await ProgramPair.DialAsync(port);
                (await server.AcceptAsync()).Dispose();
                client.Reset();
            }

            foreach ((TestPeer client, TestPeer upstream) in standing)
            {
                await client.WriteAsync("still");
                Assert.Equal("still", await upstream.ReadTextAsync(5));
                await upstream.WriteAsync("here");
                Assert.Equal("here", await client.ReadTextAsync(4));
            }
        }
        finally
        {
            standing.ForEach(pair =>
            {
                pair.Client.Dispose();
                pair.Upstream.Dispose();
            });
        }
    }
}
