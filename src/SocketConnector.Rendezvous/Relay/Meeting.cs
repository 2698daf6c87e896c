using SocketConnector.Rendezvous.Sessions;
using SocketConnector.Rendezvous.Wire;

namespace SocketConnector.Rendezvous.Relay;

/// <summary>The one lock and the one timer around <see cref="MeetingPlace"/>. What comes out of it is posted to the ends in the order in which it came.</summary>
internal sealed class Meeting : IDisposable
{
    private readonly Lock _gate = new();
    private readonly MeetingPlace _place;
    private readonly TimeProvider _time;
    private readonly Action<RelayedEnd> _carryOut;
    private readonly ITimer _timer;
    private readonly long _begun;
    private readonly List<Outcome> _outcomes = [];
    private long _armedFor = long.MaxValue;
    private bool _isDisposed;

    /// <param name="options">The times and limits.</param>
    /// <param name="time">The clock.</param>
    /// <param name="carryOut">Starts to empty an end's outbox; not awaited.</param>
    public Meeting(MeetingOptions options, TimeProvider time, Action<RelayedEnd> carryOut)
    {
        (_place, _time, _carryOut, _begun) = (new MeetingPlace(options), time, carryOut, time.GetTimestamp());
        _timer = time.CreateTimer(static meeting => ((Meeting)meeting!).Tick(), this, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }

    /// <summary>Milliseconds since the start.</summary>
    public long Now => (long)_time.GetElapsedTime(_begun).TotalMilliseconds;

    public int Waiting
    {
        get
        {
            lock (_gate)
            {
                return _place.Waiting;
            }
        }
    }

    /// <summary>How many sessions have an end.</summary>
    public int Sessions
    {
        get
        {
            lock (_gate)
            {
                return _place.Remembered.Sessions;
            }
        }
    }

    public void Open(RelayedEnd end) => Run((place, turn) => place.Open(end, turn), Now);

    /// <summary>Whether the ticket of a JOIN is worth verifying, which costs more than all else that a stranger can ask for. Its own outbox is left to the caller.</summary>
    /// <param name="end">The end.</param>
    /// <param name="came">When the JOIN came.</param>
    public bool TryAdmit(RelayedEnd end, long came)
    {
        bool isWorthIt = false;
        Run((place, turn) => isWorthIt = place.TryAdmit(end, turn), came, except: end);
        return isWorthIt;
    }

    /// <summary>An end has sent a frame. Its own outbox is left to the caller, who may have more frames of it.</summary>
    /// <param name="end">The end.</param>
    /// <param name="frame">The frame.</param>
    /// <param name="grant">Of a JOIN.</param>
    /// <param name="came">When the frame came.</param>
    public void Receive(RelayedEnd end, Frame frame, Grant? grant, long came) => Run(
        (place, turn) =>
        {
            place.Receive(end, frame, grant, turn);
            if (end.IsSilent)
            {
                end.AwaitAnswer();
            }
        },
        came,
        except: end);

    public void Reject(RelayedEnd end) => Run((place, turn) => place.Reject(end, turn), Now);

    public void Leave(RelayedEnd end) => Run((place, turn) => place.Leave(end, turn), Now);

    public void Drain(TimeSpan within, IReadOnlyList<string> elsewhere) => Run((place, turn) => place.Drain(within, elsewhere, turn), Now);

    /// <summary>Refuses all that are left, whatever they are at. After <see cref="Drain"/>.</summary>
    public void Finish() => Run(static (place, turn) => place.Finish(turn), Now);

    public void Dispose()
    {
        lock (_gate)
        {
            _isDisposed = true;
            _timer.Dispose();
        }
    }

    private void Tick() => Run(
        (place, turn) =>
        {
            _armedFor = long.MaxValue;
            place.Tick(turn);
        },
        Now);

    private void Run(Action<MeetingPlace, Turn> act, long now, RelayedEnd? except = null)
    {
        RelayedEnd[] told;
        lock (_gate)
        {
            act(_place, new Turn(now, _outcomes));
            told = _outcomes.Count == 0 ? [] : [.. _outcomes.SelectMany(Post)];
            _outcomes.Clear();
            Arm();
        }

        foreach (RelayedEnd end in told)
        {
            if (end != except)
            {
                _carryOut(end);
            }
        }
    }

    /// <summary>Under the lock, so that an end is told in the order of the turns.</summary>
    private static RelayedEnd[] Post(Outcome outcome)
    {
        var end = (RelayedEnd)outcome.End;
        switch (outcome.Kind)
        {
            case OutcomeKind.Pair:
                var partner = (RelayedEnd)outcome.Partner!;
                var pairing = new Pairing(end, partner);
                end.Post(new Outgoing(null, pairing, GoneReason.None));
                partner.Post(new Outgoing(null, pairing, GoneReason.None));
                return [end, partner];
            default:
                end.Post(new Outgoing(outcome.Frame, null, outcome.Reason));
                return [end];
        }
    }

    private void Arm()
    {
        long next = _place.NextDue;
        if (!_isDisposed && next < _armedFor)
        {
            _armedFor = next;
            _timer.Change(TimeSpan.FromMilliseconds(Math.Max(0, next - Now)), Timeout.InfiniteTimeSpan);
        }
    }
}
