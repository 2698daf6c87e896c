using System.IO.Pipelines;
using System.Net;
using System.Net.Sockets;
using SocketConnector.TestKit;

namespace SocketConnector.Tests.Admission;

public sealed class VerifierFailureTests
{
    public static TheoryData<Type> Thrown =>
    [
        typeof(TimeoutException),
        typeof(ObjectDisposedException),
        typeof(SocketException),
        typeof(IOException),
        typeof(UnauthorizedAccessException),
        typeof(OperationCanceledException),
        typeof(FormatException),
    ];

    [Theory]
    [MemberData(nameof(Thrown))]
    public async Task B79_A_verifier_that_throws_is_authFailed_and_a_reset_whatever_the_type(Type type)
    {
        await using Gate gate = await Gate.OpenAsync(async (context, cancellationToken) =>
            await Verifiers.ReadAsync(context.Transport.Input, 2, cancellationToken) == "go" ? AuthResult.Accept() : throw Make(type));
        TestPeer peer = await gate.ConnectAAsync("no");

        Assert.Equal(SocketError.ConnectionReset, (await peer.ReadToWhateverEndAsync()).Error);
        await gate.ClosedAsync(CloseReason.AuthFailed, side: null);
        await gate.GoodOnesMeetAsync();
    }

    [Theory]
    [InlineData("completes its input")]
    [InlineData("keeps what it read")]
    [InlineData("keeps a read open")]
    public async Task B79_A_verifier_that_takes_the_pipe_for_itself_is_authFailed(string how)
    {
        await using Gate gate = await Gate.OpenAsync(async (context, cancellationToken) =>
        {
            PipeReader input = context.Transport.Input;
            if (how == "keeps a read open")
            {
                await Verifiers.ReadAsync(input, 2, cancellationToken);
                _ = input.ReadAsync(CancellationToken.None).AsTask();
                return AuthResult.Accept();
            }

            await input.ReadAsync(cancellationToken);
            if (how == "completes its input")
            {
                await input.CompleteAsync();
            }

            return AuthResult.Accept();
        });
        TestPeer peer = await gate.ConnectAAsync("go");

        Assert.Equal(SocketError.ConnectionReset, (await peer.ReadToWhateverEndAsync()).Error);
        await gate.ClosedAsync(CloseReason.AuthFailed, side: null);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task B79_What_the_socket_told_is_peerReset_whatever_the_verifier_makes_of_it(bool isWriting)
    {
        var gone = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using Gate gate = await Gate.OpenAsync(async (context, cancellationToken) =>
        {
            try
            {
                if (!isWriting)
                {
                    await Verifiers.ReadAsync(context.Transport.Input, 2, cancellationToken);
                }

                await gone.Task;
                while (true)
                {
                    await context.Transport.Output.WriteAsync(new byte[1024], cancellationToken);
                }
            }
            catch (Exception error) when (error is IOException or SocketException)
            {
                // Loses the cause, as many do.
            }

            throw new FormatException("not what I expected");
        });
        TestPeer peer = await gate.ConnectAAsync("g");
        peer.Reset();
        gone.SetResult();

        await gate.ClosedAsync(CloseReason.PeerReset);
    }

    [Fact]
    public async Task B79_Who_adds_a_socket_learns_that_the_verifier_failed_and_why()
    {
        await using var connector = new Connector(Patient.Options);
        using SocketPair pair = await SocketPair.CreateAsync();
        var failing = new AddOptions { AuthVerifier = (_, _) => throw new TimeoutException("the directory did not answer") };

        InvalidOperationException error = await Assert.ThrowsAsync<InvalidOperationException>(
            () => connector.AddAsync(Side.A, pair.Near.Socket, failing, TestContext.Current.CancellationToken).AsTask());

        Assert.Contains("the directory did not answer", error.Message, StringComparison.Ordinal);
        Assert.IsType<TimeoutException>(error.InnerException);
        Assert.Equal([new CloseCount(CloseReason.AuthFailed, null, 1)], connector.GetStats().Closed);
    }

    [Theory]
    [InlineData(Side.A)]
    [InlineData(Side.B)]
    public async Task B79_Who_joins_two_learns_that_a_verifier_failed_and_why(Side failing)
    {
        using var a = new TestServer();
        using var b = new TestServer();
        await using var connector = new Connector(Patient.Options);
        SocketAuthVerifier verifier = (_, _) => throw new UnauthorizedAccessException("no right to read the key");

        InvalidOperationException error = await Assert.ThrowsAsync<InvalidOperationException>(() => connector.JoinAsync(
            new ConnectOptions(a.EndPoint) { AuthVerifier = failing == Side.A ? verifier : null },
            new ConnectOptions(b.EndPoint) { AuthVerifier = failing == Side.B ? verifier : null },
            TestContext.Current.CancellationToken));

        Assert.IsType<UnauthorizedAccessException>(error.InnerException);
        Assert.Equal([new CloseCount(CloseReason.AuthFailed, null, 1)], connector.GetStats().Closed);
    }

    [Fact]
    public async Task B79_A_verdict_stands_though_the_peer_has_gone()
    {
        await using Connector connector = await Connector.ServerToServerAsync(
            new ListenOptions(IPAddress.Loopback, 0) { AuthVerifier = Verifiers.Word("go") }, new ListenOptions(IPAddress.Loopback, 0), Patient.Options, TestContext.Current.CancellationToken);
        using (TestPeer peer = await TestPeer.ConnectAsync(connector.EndPointA!))
        {
            await peer.WriteAsync("no");
        }

        await Eventually.TrueAsync(
            () => connector.GetStats().Closed.SequenceEqual([new CloseCount(CloseReason.AuthRejected, Side.A, 1)]), explain: () => connector.GetStats().ToJson());
    }

    private static Exception Make(Type type) => type == typeof(IOException)
        ? new IOException("its own connection to the directory", new SocketException((int)SocketError.ConnectionReset))
        : type == typeof(ObjectDisposedException) ? new ObjectDisposedException("the directory") : (Exception)Activator.CreateInstance(type)!;
}
