using System.Net.Sockets;
using SocketConnector.Loops;
using SocketConnector.Pumping;
using SocketConnector.Sockets;
using SocketConnector.TestKit;

namespace SocketConnector.Tests.Pumping;

public sealed class CopyPumpTests
{
    private const int BufferSize = 64 * 1024;

    [Fact]
    public async Task A_flow_that_never_has_to_wait_gives_its_thread_to_others_after_each_budget()
    {
        const int Size = 64 * 1024 * 1024;
        var socket = new TirelessSocket(Size);
        var peer = new PeerStream(Side.A, socket, null, default);
        var ends = new Ends();
        var flow = new Flow(peer, peer, new FlowCounter(TimeProvider.System), ends, null, TimeProvider.System);
        Task pumping = new CopyPump(BufferSize).RunAsync(flow, CancellationToken.None);
        long inFirstTurn = socket.SentByStarter;
        Assert.True(inFirstTurn is > 0 and <= CopyPump.Budget + BufferSize, $"moved {inFirstTurn} bytes before anybody else had a turn");

        await pumping.InTimeAsync();
        Assert.Equal(PumpResult.Finished, ends.Result);
        Assert.Equal(Size, socket.Sent);
        peer.Close();
    }

    private sealed class Ends : IFlowEnds
    {
        public PumpResult? Result { get; private set; }

        public bool SourceEnded(Side side) => false;

        public void Lingers()
        {
        }

        public void Failing(Side side, PumpResult result)
        {
        }

        public void Ended(Side side, PumpResult result) => Result = result;
    }

    /// <summary>Has something to read and room to write at any time, until it ends.</summary>
    private sealed class TirelessSocket(long size) : ByteStream
    {
        private readonly int _starter = Environment.CurrentManagedThreadId;
        private long _left = size;

        public long Sent { get; private set; }

        /// <summary>Of them, by the thread that made it.</summary>
        public long SentByStarter { get; private set; }

        public override bool IsTcp => true;

        public override CompactEndPoint Remote => default;

        public override CompactEndPoint Local => default;

        public override int Available => (int)_left;

        public override void Configure(KeepAliveOptions? keepAlive, TimeSpan? userTimeout)
        {
        }

        public override SocketError Receive(Span<byte> room, bool peek, out int count)
        {
            count = (int)Math.Min(room.Length, _left);
            _left -= count;
            return SocketError.Success;
        }

        public override SocketError Send(ReadOnlySpan<byte> chunk, out int count)
        {
            count = chunk.Length;
            Sent += count;
            SentByStarter += Environment.CurrentManagedThreadId == _starter ? count : 0;
            return SocketError.Success;
        }

        public override ValueTask<int> WaitReadableAsync(CancellationToken cancellationToken) => ValueTask.FromResult(0);

        public override ValueTask<int> SendAsync(ReadOnlyMemory<byte> chunk, CancellationToken cancellationToken) => throw new NotSupportedException("there is always room");

        public override ValueTask EndSendingAsync(CancellationToken cancellationToken) => ValueTask.CompletedTask;

        public override Readiness Look() => Readiness.Input | Readiness.Output;

        public override int ReadTcpInfo(Span<byte> info) => 0;

        public override void Close()
        {
        }

        public override void Reset()
        {
        }
    }
}
