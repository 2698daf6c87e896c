using System.Net;

namespace SocketConnector.Transports;

/// <summary>The targets of one race in the order to try, and what it finds of each, told once.</summary>
internal sealed class TargetRound
{
    private readonly DialTargets _targets;
    private readonly TargetChoice[] _choices;
    private readonly bool[] _isDecided;

    public TargetRound(DialTargets targets, TimeSpan now, IReadOnlySet<EndPoint>? refusing = null)
    {
        (_targets, _choices) = (targets, targets.Choose(now));
        if (refusing is not null)
        {
            foreach (TargetChoice refused in _choices.Where(choice => refusing.Contains(targets[choice])))
            {
                targets.Health?.GiveUp(refused);
            }

            _choices = [.. _choices.Where(choice => !refusing.Contains(targets[choice]))];
        }

        _isDecided = new bool[_choices.Length];
    }

    public IEnumerable<EndPoint> EndPoints => _choices.Select(choice => _targets[choice]);

    public void Succeeded(int place)
    {
        if (TryDecide(place, out TargetHealth? health))
        {
            health.Succeeded(_choices[place]);
        }
    }

    public void Failed(int place, TimeSpan now)
    {
        if (TryDecide(place, out TargetHealth? health))
        {
            health.Failed(_choices[place], now);
        }
    }

    /// <summary>The race has ended; of what is left nothing was found.</summary>
    public void End()
    {
        for (int place = 0; place < _choices.Length; place++)
        {
            if (TryDecide(place, out TargetHealth? health))
            {
                health.GiveUp(_choices[place]);
            }
        }
    }

    private bool TryDecide(int place, [System.Diagnostics.CodeAnalysis.NotNullWhen(true)] out TargetHealth? health)
    {
        health = _isDecided[place] ? null : _targets.Health;
        _isDecided[place] = true;
        return health is not null;
    }
}
