using System.Net;

namespace SocketConnector.Transports;

/// <summary>
/// Which of several candidates to try when (RFC 8305, section 5). One starts a stagger after the one before it, or at once when one has
/// failed; in order, and each once. Pure state, no I/O and no clock: times are those since any moment.
/// </summary>
internal sealed class Race
{
    private readonly LinkedList<Candidate> _waiting;
    private readonly Place[] _places;
    private readonly TimeSpan _stagger;
    private TimeSpan _next = TimeSpan.MinValue;
    private int _running;
    private int _atOnce;

    /// <param name="targets">In the order to try; each is a place.</param>
    /// <param name="stagger">Between two starts.</param>
    public Race(IEnumerable<EndPoint> targets, TimeSpan stagger)
    {
        _waiting = new LinkedList<Candidate>(targets.Select(static (target, place) => new Candidate(place, target)));
        (_places, _stagger) = (new Place[_waiting.Count], stagger);
        Array.Fill(_places, new Place(Open: 1, Running: 0, StartedAt: null));
    }

    /// <summary>Whether every candidate has failed.</summary>
    public bool IsLost => _running == 0 && _waiting.Count == 0;

    /// <summary>When the next candidate starts if nothing happens before; none if there is no other.</summary>
    public TimeSpan? Next => _waiting.Count > 0 ? _next : null;

    /// <summary>Starts the next candidate, if its time has come.</summary>
    public bool TryStart(TimeSpan now, out Candidate candidate)
    {
        candidate = default;
        if (_waiting.First is not { } first || (_atOnce == 0 && now < _next))
        {
            return false;
        }

        _atOnce = Math.Max(_atOnce - 1, 0);
        _waiting.RemoveFirst();
        candidate = first.Value;
        _running++;
        _next = now + _stagger;
        ref Place place = ref _places[candidate.Place];
        place = place with { Running = place.Running + 1, StartedAt = place.StartedAt ?? now };
        return true;
    }

    /// <summary>A candidate that was started has failed.</summary>
    /// <returns>Whether its target has no other.</returns>
    public bool Failed(Candidate candidate)
    {
        _running--;
        StartOneAtOnce();
        ref Place place = ref _places[candidate.Place];
        place = place with { Open = place.Open - 1, Running = place.Running - 1 };
        return place.Open == 0;
    }

    /// <summary>A candidate that was started is a name, and stands for these addresses, at least one, which take its place.</summary>
    public void Resolved(Candidate name, IReadOnlyList<EndPoint> addresses)
    {
        _running--;
        for (int i = addresses.Count - 1; i >= 0; i--)
        {
            _waiting.AddFirst(new Candidate(name.Place, addresses[i], name.EndPoint));
        }

        ref Place place = ref _places[name.Place];
        place = place with { Open = place.Open + addresses.Count - 1, Running = place.Running - 1 };
        StartOneAtOnce();
    }

    /// <summary>The places that are being tried, and have not connected although they had the stagger to do so.</summary>
    public IEnumerable<int> Overdue(TimeSpan now) =>
        Enumerable.Range(0, _places.Length).Where(place => _places[place] is { Running: > 0, StartedAt: { } started } && now - started >= _stagger);

    private void StartOneAtOnce() => _atOnce = Math.Min(_atOnce + 1, _waiting.Count);

    /// <param name="Open">Candidates that have not failed.</param>
    /// <param name="Running">Those of them that were started.</param>
    /// <param name="StartedAt">When the first was.</param>
    private readonly record struct Place(int Open, int Running, TimeSpan? StartedAt);
}

/// <summary>What may be connected to.</summary>
/// <param name="Place">Of its target, in the order of the race.</param>
/// <param name="EndPoint">An address, or a name that is still to be resolved.</param>
/// <param name="Name">The name that the address is of.</param>
internal readonly record struct Candidate(int Place, EndPoint EndPoint, EndPoint? Name = null);
