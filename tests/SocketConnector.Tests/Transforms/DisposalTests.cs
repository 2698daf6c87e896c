using System.Buffers;
using SocketConnector.TestKit;

namespace SocketConnector.Tests.Transforms;

public sealed class DisposalTests
{
    /// <summary>The ways in which a connection can end.</summary>
    public enum WayOut
    {
        BothEnd,
        TransformThrows,
        TailThrows,
        ResetByA,
        ResetByB,
        Abort,
        DisposeOfTheConnector,
    }

    public static TheoryData<WayOut> WaysOut => [.. Enum.GetValues<WayOut>()];

    [Theory]
    [MemberData(nameof(WaysOut))]
    public async Task B32_Dispose_runs_exactly_once_on_every_way_out(WayOut way)
    {
        var counted = new System.Collections.Concurrent.ConcurrentBag<Counted>();
        DataTransformer transformer = Transformers.FromChunks(() =>
        {
            var one = new Counted(way);
            counted.Add(one);
            return one;
        });
        await using RelayedPair pair = await RelayedPair.StartAsync(
            Mode.ServerToServer, a: new SideOptions { Transformer = transformer }, b: new SideOptions { Transformer = transformer });
        await Eventually.TrueAsync(() => counted.Count == 2);

        await LeaveAsync(pair, way);
        await pair.Connection.Completion.InTimeAsync();

        Assert.All(counted, one => Assert.Equal(1, one.Disposals));
        Assert.All(counted, one => Assert.False(one.UsedAfterDisposal, "it was used after its disposal"));
    }

    private static async Task LeaveAsync(RelayedPair pair, WayOut way)
    {
        await pair.A.WriteAsync("some bytes");
        if (way != WayOut.TransformThrows)
        {
            Assert.Equal("some bytes", await pair.B.ReadTextAsync(10));
        }

        switch (way)
        {
            case WayOut.BothEnd:
                pair.A.EndHalf();
                pair.B.EndHalf();
                break;
            case WayOut.TailThrows:
                pair.A.EndHalf();
                break;
            case WayOut.ResetByA:
                pair.A.Reset();
                break;
            case WayOut.ResetByB:
                pair.B.Reset();
                break;
            case WayOut.Abort:
                pair.Connection.Abort();
                break;
            case WayOut.DisposeOfTheConnector:
                await pair.Connector.DisposeAsync().AsTask().InTimeAsync();
                break;
        }
    }

    private sealed class Counted(WayOut way) : ChunkTransformer
    {
        private int _disposals;

        public int Disposals => Volatile.Read(ref _disposals);

        public bool UsedAfterDisposal { get; private set; }

        public override void Transform(ReadOnlySpan<byte> chunk, IBufferWriter<byte> output)
        {
            UsedAfterDisposal |= Disposals > 0;
            output.Write(chunk);
            if (way == WayOut.TransformThrows)
            {
                throw new InvalidOperationException("while transforming");
            }
        }

        public override void Complete(IBufferWriter<byte> output)
        {
            UsedAfterDisposal |= Disposals > 0;
            if (way == WayOut.TailThrows)
            {
                throw new InvalidOperationException("while completing");
            }
        }

        protected override void Dispose(bool disposing)
        {
            Interlocked.Increment(ref _disposals);
            base.Dispose(disposing);
        }
    }
}
