using System.Collections.Concurrent;
using SocketConnector.TestKit;

namespace SocketConnector.Rendezvous.Tests.EndToEnd;

/// <summary>A relay between two ends that share a secret, and that does not leave their bytes alone.</summary>
public sealed class TamperingTests
{
    /// <summary>The first bytes of a direction that are all changed in turn. The users' begin behind about a thousand.</summary>
    private const int EveryByte = 600;

    private static readonly Meeting _tampered = new() { Patience = Meeting.Short };

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public Task B113_Every_changed_byte_of_the_handshake_is_noticed(bool isToListen) => Seeded.RunAsync(seed =>
        ForEachAsync(Enumerable.Range(0, EveryByte), at => ChangeAsync(isToListen, at, (byte)(1 << ((seed + at) & 7)))));

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public Task B113_Changed_bytes_behind_it_are_noticed_too(bool isToListen) => Seeded.RunAsync(async seed =>
    {
        int length = (await PiecesAsync(isToListen)).Sum(piece => piece.Bytes.Length);
        var random = new Random(seed);
        await ForEachAsync(Enumerable.Range(0, 100).Select(_ => random.Next(EveryByte, length - 4)).ToArray(), at => ChangeAsync(isToListen, at, (byte)random.Next(1, 256)));
    });

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task B113_A_stream_that_is_cut_behind_or_in_any_record_is_noticed(bool isToListen)
    {
        int count = (await PiecesAsync(isToListen)).Count;
        Assert.InRange(count, 4, 20);
        var cuts = from index in Enumerable.Range(0, count)
                   from share in new[] { 0, 0.1, 0.5, 0.999 }
                   select (index, share);
        await ForEachAsync(cuts, async cut =>
            AssertNoticed(await RunAsync(isToListen, piece => piece.Index != cut.index
                ? new Passed(piece.Bytes)
                : new Passed(piece.Bytes[..(int)(piece.Bytes.Length * cut.share)], Ends: true)), isToListen, $"cut at {cut.share:0%} of record {cut.index}"));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public Task B113_What_is_put_in_between_records_is_noticed(bool isToListen) => Seeded.RunAsync(async seed =>
    {
        List<Piece> pieces = await PiecesAsync(isToListen);
        byte[][] inserts =
        [
            [21, 3, 3, 0, 2, 1, 0], // A close-notify in plain text.
            [21, 3, 3, 0, 2, 2, 40],
            [23, 3, 3, 0, 40, .. RandomBytes.Of(seed, 40)],
            [22, 3, 3, 0, 4, 20, 0, 0, 0],
            RandomBytes.Of(seed, 20),
            pieces[0].Bytes,
            pieces[^1].Bytes, // A close-notify of another connection.
            pieces[^3].Bytes, // And a proof.
        ];
        var cases = from index in Enumerable.Range(0, pieces.Count)
                    from insert in Enumerable.Range(0, inserts.Length)
                    select (index, insert);
        await ForEachAsync(cases, async each =>
            AssertNoticed(await RunAsync(isToListen, piece => piece.Index != each.index
                ? new Passed(piece.Bytes)
                : new Passed([.. inserts[each.insert], .. piece.Bytes])), isToListen, $"{each.insert} before record {each.index}"));
    });

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task B113_A_record_that_is_repeated_left_out_or_late_is_noticed(bool isToListen)
    {
        List<Piece> pieces = await PiecesAsync(isToListen);
        var cases = from piece in pieces
                    where !piece.IsIgnored(0)
                    from times in new[] { 0, 2, -1 }
                    select (piece.Index, times);
        await ForEachAsync(cases, async each =>
        {
            byte[] late = [];
            Passed Tamper(Piece piece)
            {
                if (piece.Index == each.Index && each.times < 0)
                {
                    late = piece.Bytes;
                    return new Passed([]);
                }

                byte[] bytes = [.. piece.Bytes, .. late];
                late = [];
                return piece.Index != each.Index ? new Passed(bytes) : new Passed(each.times == 0 ? [] : [.. bytes, .. bytes]);
            }

            // Behind the close-notify nothing is read any more, so a second one has no effect.
            (Outcome Listen, Outcome Connect) outcomes = await RunAsync(isToListen, Tamper);
            if (each.times < 2 || each.Index < pieces.Count - 1)
            {
                AssertNoticed(outcomes, isToListen, $"record {each.Index}, {each.times} times");
            }
        });
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task B113_Every_changed_byte_of_nonce_and_proof_is_noticed(bool isToListen) =>
        await ForEachAsync(Enumerable.Range(0, 16 + 32), async at =>
        {
            Passed Tamper(Piece piece)
            {
                if (at >= piece.Offset && at < piece.Offset + piece.Bytes.Length)
                {
                    piece.Bytes[at - piece.Offset] ^= 0x10;
                }

                return new Passed(piece.Bytes);
            }

            Meeting meeting = _tampered with { Mode = EndToEndMode.Proof };
            AssertNoticed(await (isToListen ? meeting with { ToListen = Tamper } : meeting with { ToConnect = Tamper }).RunAsync(), isToListen, $"byte {at}");
        });

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task B113_A_proof_that_is_cut_is_noticed(bool isToListen) =>
        await ForEachAsync(Enumerable.Range(0, 16 + 32), async at =>
        {
            Passed Tamper(Piece piece) => at < piece.Offset + piece.Bytes.Length
                ? new Passed(piece.Bytes[..(at - piece.Offset)], Ends: true)
                : new Passed(piece.Bytes);
            Meeting meeting = _tampered with { Mode = EndToEndMode.Proof };
            AssertNoticed(await (isToListen ? meeting with { ToListen = Tamper } : meeting with { ToConnect = Tamper }).RunAsync(), isToListen, $"byte {at}");
        });

    private static async Task ChangeAsync(bool isToListen, int at, byte change)
    {
        bool isIgnored = false;
        (Outcome listen, Outcome connect) = await RunAsync(isToListen, piece =>
        {
            if (at >= piece.Offset && at < piece.Offset + piece.Bytes.Length)
            {
                isIgnored = piece.IsIgnored(at - piece.Offset);
                piece.Bytes[at - piece.Offset] ^= change;
            }

            return new Passed(piece.Bytes);
        });
        if (isIgnored && listen.Error is null && connect.Error is null)
        {
            Assert.Equal(Meeting.ConnectWords, listen.Delivered);
            Assert.Equal(Meeting.ListenWords, connect.Delivered);
            return;
        }

        AssertNoticed((listen, connect), isToListen, $"byte {at} changed by {change:x2}");
    }

    private static Task<(Outcome Listen, Outcome Connect)> RunAsync(bool isToListen, Func<Piece, Passed> tamper) =>
        (isToListen ? _tampered with { ToListen = tamper } : _tampered with { ToConnect = tamper }).RunAsync();

    /// <summary>
    /// The end that reads what was tampered with fails. Where that was before the users' bytes, the other one fails with it, and nothing was
    /// delivered to either; behind, only what came before it was.
    /// </summary>
    private static void AssertNoticed((Outcome Listen, Outcome Connect) outcomes, bool isToListen, string what)
    {
        (Outcome reader, Outcome other) = isToListen ? (outcomes.Listen, outcomes.Connect) : (outcomes.Connect, outcomes.Listen);
        Assert.True(reader.Error is not null, $"{what}: {(isToListen ? "listen" : "connect")} has read {reader.Delivered.Length} bytes and a clean end");
        Assert.True(Meeting.ConnectWords.AsSpan().StartsWith(outcomes.Listen.Delivered), what);
        Assert.True(Meeting.ListenWords.AsSpan().StartsWith(outcomes.Connect.Delivered), what);
        if (!reader.IsProven)
        {
            Assert.True(other.Error is not null, $"{what}: the other end has noticed nothing");
            Assert.True(reader.Delivered.Length + other.Delivered.Length == 0, $"{what}: {reader.Delivered.Length} and {other.Delivered.Length} bytes were delivered");
        }
    }

    /// <summary>What an honest relay carries.</summary>
    private static async Task<List<Piece>> PiecesAsync(bool isToListen)
    {
        var pieces = new ConcurrentQueue<Piece>();
        Passed Watch(Piece piece)
        {
            pieces.Enqueue(piece);
            return new Passed(piece.Bytes);
        }

        await (isToListen ? new Meeting { ToListen = Watch } : new Meeting { ToConnect = Watch }).RunAsync();
        return [.. pieces];
    }

    // Few of them stall until an end's patience is over, and these should do it together.
    private static Task ForEachAsync<T>(IEnumerable<T> cases, Func<T, Task> body) =>
        Parallel.ForEachAsync(cases, new ParallelOptions { MaxDegreeOfParallelism = 16 }, async (each, _) => await body(each));
}
