using System.Collections.Concurrent;
using System.Globalization;
using System.Security.Cryptography;
using SocketConnector.Cli.Tests.Processes;
using SocketConnector.TestKit;

namespace SocketConnector.Cli.Tests.EndToEnd;

/// <summary>Standard input, output and error are whatever they are; relaying does not depend on them, and no peer ever reads a line of ours.</summary>
/// <remarks>Alone, because as many programs as this starts would delay what other tests time.</remarks>
[Collection(Alone.Name)]
public sealed class StandardStreamTests : IDisposable
{
    private const int Size = 16 * 1024 * 1024;

    // Each is a runtime of its own, and some wait for their reader for a second or two at the end.
    private static readonly ParallelOptions _fewAtOnce = new() { MaxDegreeOfParallelism = Math.Clamp(2 * Environment.ProcessorCount, 4, 8) };

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("socketconnector-");

    public void Dispose() => _folder.Delete(recursive: true);

    [Fact]
    public async Task B83_Every_byte_arrives_and_none_of_ours_in_all_64_states_of_the_standard_streams()
    {
        byte[] bytes = RandomNumberGenerator.GetBytes(Size);
        var failures = new ConcurrentQueue<string>();
        await Parallel.ForEachAsync(StandardStreams.All, _fewAtOnce, async (streams, _) =>
        {
            try
            {
                await RelayAsync(streams, bytes);
            }
            catch (Exception error)
            {
                failures.Enqueue($"{streams}: {error.Message}");
            }
        });

        Assert.True(failures.IsEmpty, $"{failures.Count} of 64:\n{string.Join('\n', failures)}");
    }

    [Fact]
    public async Task B83_Readers_of_output_and_error_that_go_away_while_it_relays_cost_nothing_else()
    {
        byte[] bytes = RandomNumberGenerator.GetBytes(Size);
        using var server = new TestServer();
        string path = Path.Combine(_folder.FullName, "a.sock");
        await using ChildProcess program = TheProgram.StartAlone("server-to-socket", $"unix:{path}", server.EndPoint.ToString(), "--verbose");
        using TestPeer client = await StandardStreams.ConnectAsync(path, program);
        using TestPeer target = await server.AcceptAsync();

        await client.WriteAsync(bytes.AsMemory(0, 1));
        Assert.Equal(bytes[..1], await target.ReadAsync(1));
        program.RawOutput.Close();
        program.RawErrors.Close();
        for (int i = 0; i < 3; i++)
        {
            using TestPeer other = await StandardStreams.ConnectAsync(path, program);
            (await server.AcceptAsync()).Dispose();
            await other.ReadToEndAsync();
        }

        await SendAndHashAsync(client, target, bytes.AsMemory(1));
        await program.SignalAsync("TERM");
        await program.ExpectExitAsync(0);
    }

    [Theory]
    [InlineData("--help", "/dev/full", "No space left on device")]
    [InlineData("--version", "/dev/full", "No space left on device")]
    [InlineData("server-to-server --help", "/dev/full", "No space left on device")]
    [InlineData("--help", "&-", "it is closed")]
    [InlineData("--version", "&-", "it is closed")]
    public async Task B83_A_page_that_cannot_be_written_is_told_in_one_line(string arguments, string output, string reason)
    {
        await using ChildProcess program = TheProgram.StartRedirected($">{output}", arguments.Split(' '));

        await program.ExpectExitAsync(1);
        Assert.Equal([$"socketconnector: standard output cannot be written: {reason}"], program.Errors);
    }

    [Theory]
    [InlineData("--help", ">&- 2>&-", 1)]
    [InlineData("--version", ">&- 2>/dev/full", 1)]
    [InlineData("--help", "<&- 2>&-", 0)]
    [InlineData("no-such-command", "2>&-", 2)]
    [InlineData("no-such-command", "2>/dev/full", 2)]
    [InlineData("socket-to-server 127.0.0.1:1 127.0.0.1:0", "2>&-", 1)]
    [InlineData("socket-to-server 127.0.0.1:1 127.0.0.1:0", "<&- >&- 2>&-", 1)]
    public async Task B83_The_exit_code_is_the_same_where_nothing_can_be_told(string arguments, string redirections, int code)
    {
        await using ChildProcess program = TheProgram.StartRedirected(redirections, arguments.Split(' '));

        await program.ExpectExitAsync(code);
    }

    [Fact]
    public async Task B83_A_refused_dial_with_standard_error_closed_costs_one_client()
    {
        await using ChildProcess program = TheProgram.StartRedirected(
            "2>&-", "server-to-socket", "127.0.0.1:0", string.Create(CultureInfo.InvariantCulture, $"127.0.0.1:{TestServer.RefusingPort()}"));
        int port = await program.ListeningAsync(Side.A);
        for (int i = 0; i < 3; i++)
        {
            using TestPeer client = await ProgramPair.DialAsync(port);
            Assert.NotNull((await client.ReadToWhateverEndAsync()).Error);
        }

        await program.StopAsync();
    }

    private async Task RelayAsync(StandardStreams streams, byte[] bytes)
    {
        DirectoryInfo folder = _folder.CreateSubdirectory($"{streams.Input}-{streams.Output}-{streams.Error}");
        string path = Path.Combine(folder.FullName, "a.sock");
        using var server = new TestServer();
        await using ChildProcess program = TheProgram.Start(streams, folder.FullName, "server-to-socket", $"unix:{path}", server.EndPoint.ToString(), "--verbose");
        using (TestPeer client = await StandardStreams.ConnectAsync(path, program))
        {
            using TestPeer target = await server.AcceptAsync();
            await SendAndHashAsync(client, target, bytes);
        }

        await program.SignalAsync("TERM");
        await program.ExpectExitAsync(0);
        Assert.False(File.Exists(path), $"{path} is left behind");
    }

    /// <summary>One way all of it, the other way a few bytes: neither with anything more.</summary>
    private static async Task SendAndHashAsync(TestPeer client, TestPeer target, ReadOnlyMemory<byte> bytes)
    {
        Task<(long Count, string Sha256)> hashing = target.HashToEndAsync();
        await client.WriteAsync(bytes).InTimeAsync();
        client.EndHalf();
        Assert.Equal((bytes.Length, Convert.ToHexString(SHA256.HashData(bytes.Span))), await hashing);
        await target.WriteAsync("thanks");
        target.EndHalf();
        Assert.Equal("thanks", await client.ReadTextToEndAsync());
    }
}
