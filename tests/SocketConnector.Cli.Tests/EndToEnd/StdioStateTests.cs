using System.Collections.Concurrent;
using SocketConnector.Cli.Tests.Processes;
using SocketConnector.TestKit;

namespace SocketConnector.Cli.Tests.EndToEnd;

/// <summary>Standard streams that are closed, full, unread or broken, where two of them are a side.</summary>
/// <remarks>Alone, because as many programs as this starts would delay what other tests time.</remarks>
[Collection(Alone.Name)]
public sealed class StdioStateTests : IDisposable
{
    private static readonly ParallelOptions _fewAtOnce = new() { MaxDegreeOfParallelism = Math.Clamp(Environment.ProcessorCount, 2, 8) };

    // Compiling itself takes most of it.
    private static readonly TimeSpan _little = TimeSpan.FromSeconds(3);

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("socketconnector-");

    public void Dispose() => _folder.Delete(recursive: true);

    /// <summary>No state of standard output takes what it is sent, so none may look like success.</summary>
    [Fact]
    public async Task B83_In_all_64_states_it_ends_with_1_when_it_is_told_to_at_the_latest()
    {
        byte[] bytes = RandomBytes.Of(seed: 83, 1024 * 1024);
        var failures = new ConcurrentQueue<string>();
        await Parallel.ForEachAsync(StandardStreams.All, _fewAtOnce, async (streams, _) =>
        {
            try
            {
                await RunAsync(streams, bytes);
            }
            catch (Exception error)
            {
                failures.Enqueue($"{streams}: {error.Message}");
            }
        });

        Assert.True(failures.IsEmpty, $"{failures.Count} of 64:\n{string.Join('\n', failures)}");
    }

    [Theory]
    [InlineData("<&-", "stdio: needs standard input, which is closed; write </dev/null for an empty one")]
    [InlineData(">&-", "stdio: needs standard output, which is closed; write >/dev/null for one that nobody reads")]
    public async Task A_closed_one_is_told_before_anything_is_connected(string redirection, string expected)
    {
        using var server = new TestServer();
        await using ChildProcess program = TheProgram.StartRedirected(redirection, "socket-to-socket", "stdio:", server.EndPoint.ToString());
        await program.ExpectExitAsync(1);
        Assert.Equal([$"socketconnector: {expected}"], program.Errors);
        Assert.False(server.HasWaiting);
    }

    [Theory]
    [InlineData(">/dev/full", "No space left on device")]
    [InlineData("</ >/dev/null", "Is a directory")]
    public async Task One_that_fails_resets_the_other_side_and_is_told_in_one_line(string redirections, string reason)
    {
        using var server = new TestServer();
        await using ChildProcess program = TheProgram.StartRedirected(redirections, "socket-to-socket", "stdio:", server.EndPoint.ToString());
        using TestPeer far = await server.AcceptAsync();
        Assert.NotNull((await far.ReadToWhateverEndAsync("x")).Error);
        await program.ExpectExitAsync(1);
        Assert.EndsWith(reason, Assert.Single(program.Errors), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_reader_of_standard_output_that_goes_away_resets_the_other_side()
    {
        using var server = new TestServer();
        await using ChildProcess program = TheProgram.StartUnread("socket-to-socket", "stdio:", server.EndPoint.ToString());
        using TestPeer far = await server.AcceptAsync();
        program.RawOutput.Close();
        Assert.NotNull((await far.ReadToWhateverEndAsync("x")).Error);
        await program.ExpectExitAsync(1);
        Assert.EndsWith("Broken pipe", Assert.Single(program.Errors), StringComparison.Ordinal);
    }

    private async Task RunAsync(StandardStreams streams, byte[] bytes)
    {
        DirectoryInfo folder = _folder.CreateSubdirectory($"{streams.Input}-{streams.Output}-{streams.Error}");
        using var server = new TestServer();
        await using ChildProcess program = TheProgram.Start(streams, folder.FullName, "socket-to-socket", "stdio:", server.EndPoint.ToString(), "--verbose");
        await Eventually.TrueAsync(() => server.HasWaiting || program.HasExited, explain: () => program.Told);
        Task? talking = null;
        if (server.HasWaiting)
        {
            talking = TalkAsync(await server.AcceptAsync(), bytes);
            if (streams is { Input: StreamState.Unread, Output: StreamState.Unread })
            {
                await Task.Delay(TimeSpan.FromSeconds(1), TestContext.Current.CancellationToken);
                Assert.True(program.ProcessorTime < _little, $"{program.ProcessorTime} of processor time while nothing moves");
            }

            await Task.WhenAny(program.ExitAsync(), Task.Delay(TimeSpan.FromSeconds(1), TestContext.Current.CancellationToken));
        }

        if (!program.HasExited)
        {
            await program.SignalAsync("TERM");
        }

        await program.ExpectExitAsync(1);
        await (talking ?? Task.CompletedTask).InTimeAsync();
    }

    /// <summary>Sends, and reads to whatever end.</summary>
    private static async Task TalkAsync(TestPeer far, byte[] bytes)
    {
        using TestPeer peer = far;
        Task reading = DrainAsync(peer);
        try
        {
            await peer.Socket.SendAsync(bytes);
        }
        catch (System.Net.Sockets.SocketException)
        {
            // Reset, as it should be.
        }

        await reading;
    }

    private static async Task DrainAsync(TestPeer peer)
    {
        byte[] room = new byte[64 * 1024];
        try
        {
            while (await peer.Socket.ReceiveAsync(room) > 0)
            {
            }
        }
        catch (System.Net.Sockets.SocketException)
        {
            // Likewise.
        }
    }
}
