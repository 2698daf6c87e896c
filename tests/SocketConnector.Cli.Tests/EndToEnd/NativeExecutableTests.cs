using System.Globalization;
using SocketConnector.Cli.Tests.Processes;
using SocketConnector.TestKit;

namespace SocketConnector.Cli.Tests.EndToEnd;

/// <summary>What the native executable promises beside what every form of the program does: to be small.</summary>
public sealed class NativeExecutableTests
{
    private const int Pairs = 100;

    // docs/decisions/0034-native-executable.md says what it is made of.
    private const long MaxFileBytes = 20 * 1024 * 1024;

    // If this fails, packaging/layout/record.sh puts what a plain relay calls side by side again.
    private const long MaxResidentKiB = 17 * 1024;

    [Fact]
    public void It_is_small()
    {
        Assert.SkipUnless(TheProgram.IsNative, "not the native executable");
        Assert.InRange(new FileInfo(TheProgram.NativePath!).Length, 1, MaxFileBytes);
    }

    [Fact]
    public async Task It_holds_a_hundred_idle_pairs_in_seventeen_megabytes()
    {
        Assert.SkipUnless(TheProgram.IsNative, "not the native executable");
        await using ProgramPair pair = await ProgramPair.StartAsync("server-to-server", "--events", "none");
        var peers = new List<TestPeer>();
        for (int i = 0; i < Pairs; i++)
        {
            (TestPeer a, TestPeer b) = await pair.ConnectAsync();
            await a.WriteAsync("x");
            Assert.Equal("x", await b.ReadTextAsync(1));
            peers.AddRange([a, b]);
        }

        long resident = pair.Program.ResidentKiB;
        peers.ForEach(peer => peer.Dispose());
        Assert.True(resident <= MaxResidentKiB, string.Create(CultureInfo.InvariantCulture, $"{resident} KiB resident with {Pairs} idle pairs"));
    }
}
