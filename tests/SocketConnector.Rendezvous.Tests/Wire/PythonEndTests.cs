using System.Text;
using SocketConnector.Rendezvous.Wire;

namespace SocketConnector.Rendezvous.Tests.Wire;

/// <summary>The protocol as somebody else speaks it who has read docs/rendezvous-protocol.md alone.</summary>
public sealed class PythonEndTests
{
    private const string Secret = "correct horse battery staple";
    private static readonly TimeSpan _heartbeat = TimeSpan.FromSeconds(1);

    [Fact]
    public async Task One_that_waits_is_asked_and_joined()
    {
        SkipWithoutPython();
        using var relay = new ScriptedRelay();
        await using var python = PythonEnd.Start(relay.Address, "listen", Secret);
        using RelayedEnd end = await relay.AcceptAsync();
        JoinFrame join = await end.ReadJoinAsync();
        Assert.Equal(new JoinFrame(SessionSecret.Parse(Secret).NameOf(EndToEndMode.None), EndRole.Listen, null, join.Early), join);
        Assert.True(join.Early.IsEmpty);
        end.IsSilent();

        await end.WriteAsync([], new WelcomeFrame(1, _heartbeat, "a test"), new WaitFrame(TimeSpan.FromMinutes(1)), new PingFrame());
        Assert.IsType<PongFrame>(await end.ReadAsync());

        // Of its own accord, when the relay says nothing.
        Assert.IsType<PingFrame>(await end.ReadAsync());
        await end.WriteAsync([], new PongFrame(), new OpenFrame(TimeSpan.FromSeconds(2), "192.0.2.1:5"));
        Assert.IsType<AcceptFrame>(await end.ReadAsync());

        // The partner has gone, and another one comes. Its first bytes are in the same segment as PAIRED.
        await end.WriteAsync([], new WaitFrame(TimeSpan.FromMinutes(1)), new OpenFrame(TimeSpan.FromSeconds(2), null));
        Assert.IsType<AcceptFrame>(await end.ReadAsync());
        end.IsSilent();
        await end.WriteAsync("first"u8.ToArray(), new PairedFrame(null));
        Assert.Equal("first", Encoding.ASCII.GetString(await python.ReadAsync(5)));

        await python.WriteAsync("second"u8.ToArray());
        Assert.Equal("second", Encoding.ASCII.GetString(await end.ReadBytesAsync(6)));
        end.EndHalf();
        await python.WriteAsync("third"u8.ToArray());
        Assert.Equal("third", Encoding.ASCII.GetString(await end.ReadBytesAsync(5)));
        python.EndInput();
        Assert.Equal(([], "", 0), await python.EndAsync());
    }

    [Theory]
    [InlineData("none")]
    [InlineData("proof")]
    public async Task Two_of_them_meet(string mode)
    {
        SkipWithoutPython();
        using var relay = new ScriptedRelay();
        await using var listening = PythonEnd.Start(relay.Address, "listen", Secret, mode);
        (RelayedEnd first, SessionName name) = await WaitAsync(relay);
        await using var connecting = PythonEnd.Start(relay.Address, "connect", Secret, mode);
        using (first)
        using (RelayedEnd second = await relay.AcceptAsync())
        {
            Task splicing = await PairAsync(first, second, name);
            byte[] there = Enumerable.Range(0, 200_000).Select(i => (byte)(i * 7)).ToArray(), back = [.. there.Reverse()];
            Task<byte[]> arrives = listening.ReadAsync(there.Length), returns = connecting.ReadAsync(back.Length);
            await Task.WhenAll(connecting.WriteAsync(there), listening.WriteAsync(back));
            Assert.Equal(there, await arrives);
            Assert.Equal(back, await returns);
            connecting.EndInput();
            listening.EndInput();
            Assert.Equal(([], "", 0), await listening.EndAsync());
            Assert.Equal(([], "", 0), await connecting.EndAsync());
            await splicing;
        }
    }

    [Fact]
    public async Task Two_strangers_that_a_relay_pairs_find_out_before_a_byte_is_delivered()
    {
        SkipWithoutPython();
        using var relay = new ScriptedRelay();
        await using var listening = PythonEnd.Start(relay.Address, "listen", Secret, "proof");
        (RelayedEnd first, _) = await WaitAsync(relay);
        await using var connecting = PythonEnd.Start(relay.Address, "connect", Secret + "!", "proof");
        using (first)
        using (RelayedEnd second = await relay.AcceptAsync())
        {
            await listening.WriteAsync("mine"u8.ToArray());
            await connecting.WriteAsync("yours"u8.ToArray());
            await (await PairAsync(first, second, name: null));
        }

        foreach (PythonEnd end in (PythonEnd[])[listening, connecting])
        {
            (byte[] output, string errors, int code) = await end.EndAsync();
            Assert.Equal((0, 1), (output.Length, code));
            Assert.True(errors is "the other end does not know the secret, or somebody is in between" || errors.StartsWith("the connection is lost", StringComparison.Ordinal), errors);
        }
    }

    [Theory]
    [InlineData(1, "refused: denied")]
    [InlineData(99, "refused: for another reason")]
    public async Task One_that_is_refused_says_why(int code, string expected)
    {
        SkipWithoutPython();
        using var relay = new ScriptedRelay();
        await using var python = PythonEnd.Start(relay.Address, "connect", Secret);
        using RelayedEnd end = await relay.AcceptAsync();
        await end.ReadJoinAsync();
        await end.WriteAsync([], new WelcomeFrame(1, _heartbeat, null), new RefusedFrame((RefusalCode)code, null));
        Assert.Equal(([], expected, 1), await python.EndAsync());
    }

    private static async Task<(RelayedEnd End, SessionName Name)> WaitAsync(ScriptedRelay relay)
    {
        RelayedEnd end = await relay.AcceptAsync();
        JoinFrame join = await end.ReadJoinAsync();
        await end.WriteAsync([], new WelcomeFrame(1, TimeSpan.FromMinutes(1), null), new WaitFrame(TimeSpan.FromMinutes(1)));
        return (end, join.Session);
    }

    /// <summary>What a relay does when the second end comes, unless it minds where that comes to.</summary>
    private static async Task<Task> PairAsync(RelayedEnd first, RelayedEnd second, SessionName? name)
    {
        JoinFrame join = await second.ReadJoinAsync();
        Assert.Equal((name ?? join.Session, EndRole.Connect), (join.Session, join.Role));
        await first.WriteAsync([], new OpenFrame(TimeSpan.FromSeconds(2), null));
        Assert.IsType<AcceptFrame>(await first.ReadAsync());
        first.IsSilent();
        second.IsSilent();
        await second.WriteAsync([], new WelcomeFrame(1, _heartbeat, null), new PairedFrame(null));
        await first.WriteAsync(join.Early.ToArray(), new PairedFrame(null));
        return first.SpliceAsync(second);
    }

    private static void SkipWithoutPython() =>
        Assert.SkipUnless(PythonEnd.IsPossible || Environment.GetEnvironmentVariable("CI") == "true", "there is no python3");
}
