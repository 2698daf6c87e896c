using System.Net;
using Microsoft.Extensions.Logging;
using SocketConnector.Rendezvous.Relay;
using SocketConnector.Rendezvous.Wire;
using SocketConnector.TestKit;

namespace SocketConnector.Rendezvous.Tests.Relay;

/// <summary>Clients that come while others are slow, silent, or just met.</summary>
public sealed class ArrivalTests
{
    private static readonly SessionName _session = SessionSecret.Parse("a session for the tests").NameOf(EndToEndMode.None);

    [Fact]
    public async Task One_whose_bytes_were_there_before_it_was_accepted_holds_up_no_other_while_it_is_logged()
    {
        using var log = new SlowLog();
        await using RendezvousRelay relay = await RendezvousRelay.StartAsync([Rendezvous.Loopback], options: null, Rendezvous.Patient(log), TestContext.Current.CancellationToken);
        EndPoint where = relay.EndPoints[0];
        List<TestPeer> strange = [];
        for (int i = 0; i < 3; i++)
        {
            strange.Add(await TestPeer.ConnectAsync(where));
            await strange[i].WriteAsync("SSH-2.0\r\n");
        }

        await log.Blocked.InTimeAsync();
        using RawEnd end = await RawEnd.WaitAsync(where, _session, EndRole.Listen);
        log.Release();
        strange.ForEach(static one => one.Dispose());
    }

    [Fact]
    public async Task A_client_of_the_transit_line_is_met_although_it_has_found_out_by_itself()
    {
        using var server = new TestServer();
        await using var dialer = new PeerDialer(Rendezvous.Patient());
        using Peer peer = await dialer.ConnectAsync(Side.B, new ConnectOptions(server.EndPoint), cancellationToken: TestContext.Current.CancellationToken);
        var end = new TransitEnd(peer, default);
        using (var waiting = CancellationTokenSource.CreateLinkedTokenSource(end.Met))
        {
            end.Silence();
        }

        await end.MeetAsync().InTimeAsync();
        Assert.True(end.Met.IsCancellationRequested);
    }

    /// <summary>A log that stops at the first message about a strange client.</summary>
    private sealed class SlowLog : ILoggerFactory, ILogger
    {
        private readonly TaskCompletionSource _blocked = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private readonly ManualResetEventSlim _released = new();

        public Task Blocked => _blocked.Task;

        public void Release() => _released.Set();

        public ILogger CreateLogger(string categoryName) => this;

        public void AddProvider(ILoggerProvider provider) => throw new NotSupportedException("there are none");

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            if (formatter(state, exception).Contains("speaks none", StringComparison.Ordinal) && _blocked.TrySetResult())
            {
                _released.Wait(Eventually.Deadline);
            }
        }

        public void Dispose() => _released.Dispose();
    }
}
