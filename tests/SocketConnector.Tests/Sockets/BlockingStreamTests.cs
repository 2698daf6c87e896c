using SocketConnector.TestKit;

namespace SocketConnector.Tests.Sockets;

/// <summary>A stream that blocks the thread that reads it, before its first await.</summary>
public sealed class BlockingStreamTests
{
    [Fact]
    public async Task B78_A_stream_that_blocks_whoever_reads_it_holds_up_nobody_else()
    {
        using var released = new ManualResetEventSlim();
        await using var connector = new Connector(Patient.Options);
        using var blocking = new Blocking(released);
        ValueTask<Peer> adding = connector.AddAsync(Side.A, new DuplexStream(blocking, _ => default), cancellationToken: TestContext.Current.CancellationToken);
        await adding.AsTask().InTimeAsync(what: "the peer that waits");
        await Eventually.TrueAsync(() => connector.GetPending(Side.A).Count == 1);
        using SocketPair a = await SocketPair.CreateAsync();
        await connector.AddAsync(Side.A, a.Near.Socket, cancellationToken: TestContext.Current.CancellationToken).AsTask().InTimeAsync();
        Assert.Equal(2, connector.GetPending(Side.A).Count);
        await connector.DisposeAsync().AsTask().InTimeAsync(what: "the end of the connector");
        released.Set();
    }

    private sealed class Blocking(ManualResetEventSlim released) : MemoryStream
    {
        public override bool CanWrite => true;

        public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
        {
            released.Wait(Eventually.Deadline, CancellationToken.None);
            return new ValueTask<int>(0);
        }
    }
}
