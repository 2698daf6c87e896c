using SocketConnector.Rendezvous.EndToEnd;
using SocketConnector.Rendezvous.Wire;
using SocketConnector.Sockets;
using SocketConnector.TestKit;

namespace SocketConnector.Rendezvous.Tests.EndToEnd;

/// <summary>A relay that reads no more, over a stream that cannot give up a write, as one of TLS.</summary>
public sealed class DeafRelayTests
{
    [Theory]
    [InlineData(EndToEndMode.Proof, 0)]
    [InlineData(EndToEndMode.Proof, 1)]
    [InlineData(EndToEndMode.Tls, 0)]
    [InlineData(EndToEndMode.Tls, 1)]
    [InlineData(EndToEndMode.Tls, 2)]
    public async Task B113_A_handshake_that_cannot_write_ends_with_its_time_and_cuts_the_connection(EndToEndMode mode, int taken)
    {
        (MemoryWire near, MemoryWire far) = MemoryWire.CreatePair();
        var deaf = new DeafStream(near, taken);

        // In mode tls the one that connects writes three times, of which nothing is early here; in the other one both write twice.
        EndRole role = mode == EndToEndMode.Tls ? EndRole.Connect : EndRole.Listen;
        using FirstFlight flight = mode == EndToEndMode.Tls
            ? await TlsFlight.BeginAsync(role, Meeting.Keys, new EndCertificate(), maxEarly: 0, CancellationToken.None)
            : await Meeting.BeginAsync(mode, role, Meeting.Keys);
        using FirstFlight partner = await Meeting.BeginAsync(mode, Proof.Other(role), Meeting.Keys);
        await far.WriteAsync(partner.Early, TestContext.Current.CancellationToken);
        Task<EndTransport> other = partner.ContinueAsync(far.Transport, CancellationToken.None).AsTask();
        using var over = new CancellationTokenSource();
        Task<EndTransport> proving = BoundedHandshake.RunAsync(flight, new EndTransport(deaf, near.EndAsync, deaf.Abort), over.Token);
        await deaf.Blocked.InTimeAsync(what: "the write that nobody takes");
        Assert.False(proving.IsCompleted);
        await over.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => proving.InTimeAsync());
        Assert.True(deaf.IsCut);
        await Assert.ThrowsAnyAsync<IOException>(() => other.InTimeAsync());
    }

    /// <summary>Takes some writes, and never the next, whatever its token says.</summary>
    private sealed class DeafStream(MemoryWire inner, int taken) : UnbufferedStream
    {
        private readonly TaskCompletionSource _blocked = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private readonly TaskCompletionSource _cut = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private int _left = taken;

        public Task Blocked => _blocked.Task;

        public bool IsCut => _cut.Task.IsCompleted;

        public void Abort()
        {
            _cut.TrySetException(new IOException("cut"));
            inner.Abort();
        }

        public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) => inner.ReadAsync(buffer, cancellationToken);

        public override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
        {
            if (_left-- > 0)
            {
                return inner.WriteAsync(buffer, cancellationToken);
            }

            _blocked.TrySetResult();
            return new ValueTask(_cut.Task);
        }
    }
}
