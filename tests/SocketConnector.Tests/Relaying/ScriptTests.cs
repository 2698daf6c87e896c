using System.Net.Sockets;
using SocketConnector.TestKit;

namespace SocketConnector.Tests.Relaying;

public sealed class ScriptTests
{
    private const int Scripts = 400;

    [Fact]
    public Task B48_Whatever_the_two_sides_do_each_sees_what_it_may() => Seeded.CheckAsync(Script.Arbitrary, Scripts, PlayAsync);

    private static async Task PlayAsync(Script script)
    {
        var side = new SideOptions { Transformer = script.Transformed ? (source, destination, token) => source.CopyToAsync(destination, token) : null };
        await using RelayedPair pair = await RelayedPair.StartAsync(script.Mode, Patient.Options, side, side);
        Task<Sight> atA = WatchAsync(pair.A), atB = WatchAsync(pair.B);
        Task<SocketError?> byA = ActAsync(pair.A, script.A, seed: 1), byB = ActAsync(pair.B, script.B, seed: 2);

        SocketError? failedA = await byA.InTimeAsync(), failedB = await byB.InTimeAsync();

        // The system tells of a reset once, to whoever asks first: the writer, or the reader.
        Sight sightA = (await atA).Or(failedA), sightB = (await atB).Or(failedB);
        CloseInfo end = await pair.Connection.Completion.InTimeAsync();

        AssertMaySee(script, Side.A, sightA, RandomBytes.Of(seed: 2, script.Writes(Side.B)));
        AssertMaySee(script, Side.B, sightB, RandomBytes.Of(seed: 1, script.Writes(Side.A)));
        AssertReason(script, end);
    }

    /// <summary>The model. What a side sees is decided by what the other wrote and how either of them ended.</summary>
    private static void AssertMaySee(Script script, Side side, Sight sight, byte[] written)
    {
        Side other = side == Side.A ? Side.B : Side.A;
        string what = $"{side} saw {sight.Bytes.Length} of {written.Length} bytes and then {sight.Error?.ToString() ?? "a clean end"}";
        Assert.True(written.AsSpan().StartsWith(sight.Bytes), $"{what}: other bytes than were written");
        if (script.Resets(side))
        {
            // Its own reset ends what it sees, anywhere.
            return;
        }

        if (!script.Resets(other))
        {
            Assert.True(sight.Error is null, what);
        }

        if (sight.Error is null)
        {
            Assert.True(script.EndsHalf(other), $"{what}, which {other} never wrote");
            Assert.True(sight.Bytes.Length == written.Length, $"{what}: truncated");
        }
    }

    private static void AssertReason(Script script, CloseInfo end)
    {
        bool anyReset = script.Resets(Side.A) || script.Resets(Side.B);
        if (end.Reason == CloseReason.Completed)
        {
            Assert.True(script.EndsHalf(Side.A) && script.EndsHalf(Side.B), $"{end} though a side never ended its half");
        }
        else
        {
            Assert.True(anyReset && end.Reason == CloseReason.PeerReset, $"{end}");
            Assert.True(end.Side is Side side && script.Resets(side), $"{end} blames a side that did not reset");
        }
    }

    private static async Task<Sight> WatchAsync(TestPeer peer)
    {
        try
        {
            (byte[] bytes, SocketError? error) = await peer.ReadToWhateverEndAsync();
            return new Sight(bytes, error);
        }
        catch (ObjectDisposedException)
        {
            // It reset before it had begun to read.
            return new Sight([], SocketError.OperationAborted);
        }
    }

    /// <returns>Why a write failed, if one did and the rest was left undone.</returns>
    private static async Task<SocketError?> ActAsync(TestPeer peer, IReadOnlyList<Step> steps, int seed)
    {
        byte[] bytes = RandomBytes.Of(seed, steps.Where(step => step.Act == Act.Write).Sum(step => step.Amount));
        int written = 0;
        try
        {
            foreach (Step step in steps)
            {
                switch (step.Act)
                {
                    case Act.Write:
                        await peer.WriteAsync(bytes.AsMemory(written, step.Amount));
                        written += step.Amount;
                        break;
                    case Act.Pause:
                        await Task.Delay(step.Amount);
                        break;
                    case Act.EndHalf:
                        peer.EndHalf();
                        break;
                    case Act.Reset:
                        peer.Reset();
                        break;
                }
            }

            return null;
        }
        catch (SocketException error)
        {
            return error.SocketErrorCode;
        }
    }

    private sealed record Sight(byte[] Bytes, SocketError? Error)
    {
        public Sight Or(SocketError? writeError) => this with { Error = Error ?? writeError };
    }
}
