using System.Net.Security;
using SocketConnector.TestKit;

namespace SocketConnector.Tests.Tls;

/// <summary>What a user has given for handshakes, and that throws, blocks or never returns.</summary>
public sealed class TlsUserCodeTests : IDisposable
{
    private readonly TlsFixture _tls = new();
    private readonly ManualClock _clock = new();

    public static TheoryData<string> Ways => ["select blocks", "select hangs", "check blocks", "selection of a certificate blocks"];

    private ConnectorOptions Options => _tls.Options with { TimeProvider = _clock };

    private SslClientAuthenticationOptions Client => new() { TargetHost = "localhost", CertificateChainPolicy = _tls.Authority.Trust };

    [Theory]
    [MemberData(nameof(Ways))]
    public async Task B78_What_blocks_for_ever_costs_its_peer_the_deadline_and_nobody_else_their_turn(string way)
    {
        using var blocking = new Blocking();
        await using Connector connector = await _tls.StartOutsideAsync(Options, TlsFixture.Plain with { Tls = Misbehaving(way, blocking) });
        Task<TlsRefusal> first = TlsRefusal.OfClientAsync(connector.EndPointA!, Client);
        await blocking.Entered.InTimeAsync();
        Task<TlsPeer> second = _tls.ConnectAsync(connector);
        _clock.Advance(Options.AdmissionTimeout);

        ConnectionEvent refused = await _tls.RefusedAsync();
        Assert.Equal((CloseReason.AdmissionTimeout, Side.A), (refused.Closed!.Reason, refused.Closed.Side));
        Assert.Equal(TlsRefusal.Reset, await first);
        using TlsPeer? late = await WhateverAsync(second);
        using TlsPeer welcome = await _tls.ConnectAsync(connector);
    }

    [Theory]
    [MemberData(nameof(Ways))]
    public async Task B78_What_blocks_for_ever_holds_up_no_end(string way)
    {
        using var blocking = new Blocking();
        Connector connector = await _tls.StartOutsideAsync(Options, TlsFixture.Plain with { Tls = Misbehaving(way, blocking) });
        Task<TlsRefusal> client = TlsRefusal.OfClientAsync(connector.EndPointA!, Client);
        await blocking.Entered.InTimeAsync();
        await connector.DisposeAsync().AsTask().InTimeAsync();
        Assert.Equal(TlsRefusal.Reset, await client);
    }

    [Fact]
    public async Task B78_A_check_that_blocks_on_a_side_that_connects_out_costs_its_peer_the_deadline()
    {
        using var blocking = new Blocking();
        ConnectOptions connecting = _tls.PlainTarget with
        {
            Tls = new TlsConnectOptions(new SslClientAuthenticationOptions { TargetHost = "localhost", RemoteCertificateValidationCallback = (_, _, _, _) => blocking.Block() }),
        };
        await using Connector connector = await _tls.StartInsideAsync(Options, connecting);
        using TestPeer client = await TestPeer.ConnectAsync(connector.EndPointA!);
        using TestPeer upstream = await _tls.Target.AcceptAsync();
        Task<TlsRefusal> answering = TlsRefusal.OfServerAsync(upstream, new SslServerAuthenticationOptions { ServerCertificate = _tls.Certificate });
        await blocking.Entered.InTimeAsync();
        _clock.Advance(Options.AdmissionTimeout);
        ConnectionEvent refused = await _tls.RefusedAsync();
        Assert.Equal((CloseReason.AdmissionTimeout, Side.B), (refused.Closed!.Reason, refused.Closed.Side));
        Assert.NotNull((await client.ReadToWhateverEndAsync()).Error);
        Assert.Equal(TlsRefusal.Reset, await answering);
    }

    [Fact]
    public async Task B78_What_is_registered_with_the_token_of_a_selection_may_throw()
    {
        var entered = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var listening = new TlsListenOptions(async (_, _, _, token) =>
        {
            await using CancellationTokenRegistration registration = token.Register(static () => throw new InvalidOperationException("registered"));
            entered.SetResult();
            await Task.Delay(Timeout.Infinite, token);
            return new SslServerAuthenticationOptions();
        });
        await using Connector connector = await _tls.StartOutsideAsync(Options, TlsFixture.Plain with { Tls = listening });
        Task<TlsRefusal> client = TlsRefusal.OfClientAsync(connector.EndPointA!, Client);
        await entered.Task.InTimeAsync();
        _clock.Advance(Options.AdmissionTimeout);
        Assert.Equal(CloseReason.AdmissionTimeout, (await _tls.RefusedAsync()).Closed!.Reason);
        Assert.Equal(TlsRefusal.Reset, await client);
    }

    [Fact]
    public async Task B78_A_check_that_throws_is_this_programs_fault_and_costs_that_peer_alone()
    {
        int calls = 0;
        ConnectOptions connecting = _tls.PlainTarget with
        {
            Tls = new TlsConnectOptions(new SslClientAuthenticationOptions
            {
                TargetHost = "localhost",
                RemoteCertificateValidationCallback = (_, _, _, _) => Interlocked.Increment(ref calls) == 1 ? throw new TimeoutException("no check today") : true,
            }),
        };
        await using Connector connector = await _tls.StartInsideAsync(connecting: connecting);
        using TestPeer client = await TestPeer.ConnectAsync(connector.EndPointA!);
        var answering = new SslServerAuthenticationOptions { ServerCertificate = _tls.Certificate };
        Assert.Equal(TlsRefusal.End, await TlsRefusal.OfServerAsync(await _tls.Target.AcceptAsync(), answering));
        ConnectionEvent refused = await _tls.RefusedAsync();
        Assert.Equal((CloseReason.AuthFailed, null, "no check today"), (refused.Closed!.Reason, refused.Closed.Side, refused.Detail));
        (TestPeer second, TlsPeer upstream) = await _tls.ConnectInsideAsync(connector);
        using TestPeer disposing = second;
        using TlsPeer upper = upstream;
        await second.WriteAsync("hello");
        Assert.Equal("hello", await upstream.ReadTextAsync(5));
    }

    public void Dispose() => _tls.Dispose();

    /// <summary>Misbehaves for the first peer alone.</summary>
    private TlsListenOptions Misbehaving(string way, Blocking blocking)
    {
        var good = new SslServerAuthenticationOptions { ServerCertificate = _tls.Certificate };
        TlsListenOptions options = way switch
        {
            "select blocks" => new TlsListenOptions((_, _, _, _) =>
            {
                blocking.Block();
                return ValueTask.FromResult(good);
            }),
            "select hangs" => new TlsListenOptions(async (_, _, _, _) =>
            {
                await blocking.HangAsync();
                return good;
            }),
            "check blocks" => new TlsListenOptions(new SslServerAuthenticationOptions
            {
                ServerCertificate = _tls.Certificate,
                ClientCertificateRequired = true,
                RemoteCertificateValidationCallback = (_, _, _, _) => blocking.Block(),
            }),
            _ => new TlsListenOptions(new SslServerAuthenticationOptions
            {
                ServerCertificateSelectionCallback = (_, _) =>
                {
                    blocking.Block();
                    return _tls.Certificate;
                },
            }),
        };
        return options with { MaxHandshakes = 2 };
    }

    private static async Task<TlsPeer?> WhateverAsync(Task<TlsPeer> handshake)
    {
        try
        {
            return await handshake;
        }
        catch (Exception error) when (error is IOException or System.Security.Authentication.AuthenticationException or System.Net.Sockets.SocketException or OperationCanceledException)
        {
            return null;
        }
    }

    /// <summary>Blocks whatever comes first, until it is disposed.</summary>
    private sealed class Blocking : IDisposable
    {
        private readonly TaskCompletionSource _entered = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private readonly TaskCompletionSource _enough = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private readonly ManualResetEventSlim _isEnough = new();
        private int _calls;

        public Task Entered => _entered.Task;

        public bool Block()
        {
            if (IsFirst())
            {
                _isEnough.Wait(TimeSpan.FromMinutes(1), CancellationToken.None);
            }

            return true;
        }

        public Task HangAsync() => IsFirst() ? _enough.Task : Task.CompletedTask;

        public void Dispose()
        {
            _isEnough.Set();
            _enough.TrySetResult();
        }

        private bool IsFirst() => Interlocked.Increment(ref _calls) == 1 && _entered.TrySetResult();
    }
}
