namespace SocketConnector.Transports;

/// <summary>
/// Which of several targets to try in which order. One that fails is skipped for a while, then tried by one dial, whose end decides; what is
/// skipped comes last, so that all are tried when all fail. Pure state, no I/O and no clock: times are those since any moment. Thread-safe.
/// </summary>
/// <param name="count">How many targets there are.</param>
/// <param name="order">Which comes first.</param>
/// <param name="chance">From 0 to 1, anew each time.</param>
internal sealed class TargetHealth(int count, TargetOrder order, Func<double> chance)
{
    private readonly Lock _gate = new();
    private readonly State[] _states = new State[count];
    private int _turn;

    /// <summary>All targets, in the order to try. A trial among them ends with one of the three calls below.</summary>
    public TargetChoice[] Choose(TimeSpan now)
    {
        lock (_gate)
        {
            int usable = _states.Count(state => IsUsable(state, now));
            int first = order == TargetOrder.RoundRobin && usable > 0 ? _turn++ % usable : 0;
            _turn &= int.MaxValue;
            var choices = new TargetChoice[count];
            int nth = 0;
            int skipped = usable;
            for (int target = 0; target < count; target++)
            {
                ref State state = ref _states[target];
                if (!IsUsable(state, now))
                {
                    choices[skipped++] = new TargetChoice(target, IsTrial: false);
                    continue;
                }

                bool isTrial = state.Failures > 0;
                state = state with { IsTried = isTrial };
                choices[(nth++ - first + usable) % usable] = new TargetChoice(target, isTrial);
            }

            return choices;
        }
    }

    public void Succeeded(TargetChoice choice)
    {
        lock (_gate)
        {
            _states[choice.Target] = default;
        }
    }

    /// <summary>It failed; what rests already does so no longer for it, unless this was the trial.</summary>
    public void Failed(TargetChoice choice, TimeSpan now)
    {
        lock (_gate)
        {
            ref State state = ref _states[choice.Target];
            if (choice.IsTrial || state.Failures == 0)
            {
                int failures = state.Failures + 1;
                state = new State(failures, now + Backoff.OfTarget(failures, chance()), IsTried: false);
            }
        }
    }

    /// <summary>The dial has ended without showing whether it works.</summary>
    public void GiveUp(TargetChoice choice)
    {
        if (choice.IsTrial)
        {
            lock (_gate)
            {
                ref State state = ref _states[choice.Target];
                state = state with { IsTried = false };
            }
        }
    }

    private static bool IsUsable(State state, TimeSpan now) => state.Failures == 0 || (now >= state.Until && !state.IsTried);

    /// <param name="Failures">In a row.</param>
    /// <param name="Until">When it has rested.</param>
    /// <param name="IsTried">Whether a dial tries it now.</param>
    private readonly record struct State(int Failures, TimeSpan Until, bool IsTried);
}

/// <summary>A target in its place.</summary>
/// <param name="Target">Which one.</param>
/// <param name="IsTrial">Whether it had failed, and this dial alone tries whether it works again.</param>
internal readonly record struct TargetChoice(int Target, bool IsTrial);
