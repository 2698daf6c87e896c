using SocketConnector.Sockets;
using SocketConnector.TestKit;

namespace SocketConnector.Tests.Relaying;

public sealed class CompletionTests
{
    [Theory]
    [MemberData(nameof(Modes.AllWithSides), MemberType = typeof(Modes))]
    public async Task B05_Completion_comes_after_both_sockets_of_the_last_connection_are_closed(Mode mode, Side ending)
    {
        await using RelayedPair pair = await RelayedPair.StartAsync(mode, Patient.Options);
        ByteStream a = Inside.StreamOf(pair.Connection, Side.A), b = Inside.StreamOf(pair.Connection, Side.B);
        Task<(bool, bool)> seen = SeeAsync();
        Task stopping = pair.Connector.StopAsync(TestContext.Current.CancellationToken);
        Assert.Equal((false, false), (Inside.IsClosed(a), Inside.IsClosed(b)));
        Assert.False(pair.Connector.Completion.IsCompleted);
        pair[ending].Reset();
        await stopping.InTimeAsync();
        Assert.Equal((true, true), await seen.InTimeAsync());

        async Task<(bool, bool)> SeeAsync()
        {
            await pair.Connector.Completion;
            return (Inside.IsClosed(a), Inside.IsClosed(b));
        }
    }

    [Fact]
    public async Task B05_Completion_waits_for_a_verifier_to_let_go_of_its_socket()
    {
        var connector = new Connector(Patient.Options);
        using SocketPair added = await SocketPair.CreateAsync();
        var running = new TaskCompletionSource<CancellationToken>(TaskCreationOptions.RunContinuationsAsynchronously);
        Task adding = connector.AddAsync(
            Side.A, added.Near.Socket, new AddOptions { AuthVerifier = Verifiers.Hanging(running) }, TestContext.Current.CancellationToken).AsTask();
        await running.Task.InTimeAsync();
        _ = connector.DisposeAsync().AsTask();
        await connector.Completion.InTimeAsync();
        Assert.True(added.Near.Socket.SafeHandle.IsClosed);
        await Assert.ThrowsAsync<ObjectDisposedException>(() => adding.InTimeAsync());
    }
}
