using System.Diagnostics;
using System.Text.Json;
using SocketConnector.Cli.Tests.Processes;
using SocketConnector.TestKit;

namespace SocketConnector.Cli.Tests.EndToEnd;

/// <summary>A capture that is put on a connection in full flow, and taken off again.</summary>
public sealed class RunningCaptureTests : IDisposable
{
    private const int Piece = 64 * 1024;

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("running-");

    private volatile bool _isCaptured;

    private string Place => $"unix:{Path.Combine(_folder.FullName, "a.sock")}";

    public void Dispose() => _folder.Delete(recursive: true);

    [Fact]
    public async Task B130_A_bulk_connection_is_captured_and_let_go_in_full_flow()
    {
        string file = Path.Combine(_folder.FullName, "bulk.pcapng");
        await using ProgramPair pair = await ProgramPair.StartAsync("server-to-server", "--admin", Place);
        (TestPeer a, TestPeer b) = await pair.ConnectAsync();
        using (a)
        using (b)
        {
            using var enough = new CancellationTokenSource();
            Task<byte[]> sending = SendAsync(a, enough.Token);
            Task<(long Count, string Sha256)> receiving = b.HashToEndAsync(within: TimeSpan.FromSeconds(60));
            JsonElement before = await ShownAsync();

            _isCaptured = true;
            await using (ChildProcess capture = TheProgram.Start("capture", file, "--connection", Id(before), "--admin", Place))
            {
                await Eventually.TrueAsync(() => File.Exists(file) && new FileInfo(file).Length > 4 * 1024 * 1024, explain: () => capture.Told);
                await capture.SignalAsync("INT");
                await capture.ExpectExitAsync(0);
            }

            _isCaptured = false;
            JsonElement after = await ShownAsync();
            long seen = Sent(after);
            for (int asked = 0; Sent(await ShownAsync()) == seen; asked++)
            {
                Assert.True(asked < 50, "nothing flows since the capture has ended");
            }

            await enough.CancelAsync();
            byte[] sent = await sending;
            a.EndHalf();
            Assert.Equal(((long)sent.Length, RandomBytes.Sha256(sent)), await receiving);
            b.EndHalf();
            Assert.Empty(await a.ReadToEndAsync());
            Assert.Equal(before.GetProperty("engine").GetString(), after.GetProperty("engine").GetString());
            await HoldsAsync(file, sent);
        }

        await pair.Program.StopAsync();
    }

    /// <summary>What passed meanwhile is in it, in order and without a gap, since nothing was dropped.</summary>
    private static async Task HoldsAsync(string file, byte[] sent)
    {
        Assert.SkipUnless(File.Exists("/usr/bin/tshark"), "tshark is not installed");
        using var process = Process.Start(new ProcessStartInfo("/usr/bin/tshark", ["-n", "-r", file, "-Y", "tcp.len > 0", "-T", "fields", "-e", "tcp.payload"]) { RedirectStandardOutput = true, UseShellExecute = false })!;
        string told = await process.StandardOutput.ReadToEndAsync().InTimeAsync(TimeSpan.FromSeconds(60), "tshark");
        await process.WaitForExitAsync().InTimeAsync(TimeSpan.FromSeconds(60), "tshark");
        byte[] captured = Convert.FromHexString(told.ReplaceLineEndings(""));
        Assert.InRange(captured.Length, 3 * 1024 * 1024, sent.Length);
        int at = sent.AsSpan().IndexOf(captured.AsSpan(0, Piece));
        Assert.True(at >= 0, "what the capture begins with was never sent");
        Assert.True(sent.AsSpan(at).StartsWith(captured), "the capture lacks something, or has it in another order");
    }

    /// <summary>Some 50 MB/s; so little while it is captured that nothing need be dropped on a busy machine.</summary>
    private async Task<byte[]> SendAsync(TestPeer peer, CancellationToken enough)
    {
        var sent = new MemoryStream();
        using var pace = new PeriodicTimer(TimeSpan.FromMilliseconds(1));
        for (int seed = 1; !enough.IsCancellationRequested; seed++)
        {
            byte[] piece = RandomBytes.Of(seed, Piece);
            await peer.WriteAsync(piece);
            await sent.WriteAsync(piece, CancellationToken.None);
            for (int ticks = _isCaptured ? 20 : 1; ticks > 0; ticks--)
            {
                await pace.WaitForNextTickAsync(CancellationToken.None);
            }
        }

        return sent.ToArray();
    }

    private static long Sent(JsonElement connection) => connection.GetProperty("bytesAToB").GetInt64();

    private static string Id(JsonElement connection) => connection.GetProperty("id").GetRawText();

    private async Task<JsonElement> ShownAsync()
    {
        await using ChildProcess list = TheProgram.Start("list", "--json", "--admin", Place);
        await list.ExpectExitAsync(0);
        using var line = JsonDocument.Parse(Assert.Single(await list.ReadLinesToEndAsync()));
        return line.RootElement.Clone();
    }
}
