using SocketConnector.Engine;
using SocketConnector.Loops;
using SocketConnector.Pumping;
using SocketConnector.Sockets;
using SocketConnector.TestKit;

namespace SocketConnector.Tests.Engine;

/// <summary>What throws while bytes are moved on a loop costs its own connection.</summary>
public sealed class LoopFaultTests
{
    [Fact]
    public async Task A_pump_that_faults_on_its_loop_ends_both_directions_and_others_go_on()
    {
        var clock = new FailingClock();
        using var faulty = new Relayed(clock);
        using var other = new Relayed(TimeProvider.System);
        await faulty.StartAsync();
        await other.StartAsync();
        await faulty.CarriesAsync("fine");

        clock.Fails = true;
        await faulty.From.Far.WriteAsync("lost");

        await Eventually.TrueAsync(() => faulty.Ends.Count == 2, explain: () => string.Join(", ", faulty.Ends));
        Assert.All(faulty.Ends, end => Assert.Equal(PumpVerdict.Faulted, end.Verdict));
        await other.CarriesAsync("fine");
    }

    /// <summary>Throws when the counter of a direction asks it for the time, which it does on the loop.</summary>
    private sealed class FailingClock : TimeProvider
    {
        public bool Fails { get; set; }

        public override long GetTimestamp() => Fails ? throw new InvalidOperationException("a fault that a test makes") : base.GetTimestamp();
    }

    /// <summary>Two socket pairs and a pump between them.</summary>
    private sealed class Relayed(TimeProvider clock) : IFlowEnds, IDisposable
    {
        private readonly List<PeerStream> _owned = [];
        private readonly List<PumpResult> _ends = [];
        private SocketPair? _to;

        public SocketPair From { get; private set; } = null!;

        public IReadOnlyList<PumpResult> Ends
        {
            get
            {
                lock (_ends)
                {
                    return [.. _ends];
                }
            }
        }

        public async Task StartAsync()
        {
            (From, _to) = (await SocketPair.CreateAsync(), await SocketPair.CreateAsync());
            EventLoop loop = LoopFixture.Loop;
            PeerStream a = Own(From, Side.A, loop), b = Own(_to, Side.B, loop);
            new LinuxPump(loop).Start(
                new Flow(a, b, new FlowCounter(clock), this, null, TimeProvider.System),
                new Flow(b, a, new FlowCounter(clock), this, null, TimeProvider.System));
        }

        public async Task CarriesAsync(string text)
        {
            await From.Far.WriteAsync(text);
            Assert.Equal(text, await _to!.Far.ReadTextAsync(text.Length));
        }

        public bool SourceEnded(Side source) => false;

        public void Lingers()
        {
        }

        public void Failing(Side source, PumpResult result)
        {
        }

        public void Ended(Side source, PumpResult result)
        {
            lock (_ends)
            {
                _ends.Add(result);
            }
        }

        public void Dispose()
        {
            _owned.ForEach(static socket => socket.Abort());
            From.Dispose();
            _to!.Dispose();
        }

        private PeerStream Own(SocketPair pair, Side side, EventLoop loop)
        {
            _owned.Add(new PeerStream(side, LoopFixture.Duplicate(pair.Near.Socket, loop), null, DateTimeOffset.UnixEpoch));
            pair.Near.Dispose();
            return _owned[^1];
        }
    }
}
