using Microsoft.Extensions.Logging;

namespace SocketConnector.Admin.Access;

/// <summary>
/// Makes guessing slow: a wrong token is answered after a second, and holds its connection for as long, even where its sender does not wait for
/// the answer. So there are no more guesses in a second than connections, nothing tells a wrong token sooner, and a right one never waits.
/// Tells of them in one message a second at most.
/// </summary>
/// <param name="time">The clock.</param>
/// <param name="log">Told.</param>
/// <param name="stopping">Ends the wait.</param>
internal sealed class WrongTokens(TimeProvider time, ILogger log, CancellationToken stopping)
{
    internal static readonly TimeSpan Delay = TimeSpan.FromSeconds(1);

    private readonly Lock _gate = new();
    private long? _toldAt;
    private int _untold;
    private string _last = "";

    /// <summary>Waits for what a wrong token costs.</summary>
    /// <param name="caller">Where it came from.</param>
    public async Task WaitAsync(string caller)
    {
        long came = time.GetTimestamp();
        Tell(Take(came, caller));
        await Task.Delay(Delay, time, stopping).ConfigureAwait(false);
        Tell(TakeRest(came));
    }

    /// <summary>Counts one.</summary>
    /// <returns>How many are to be told now.</returns>
    private (int Count, string Last) Take(long came, string caller)
    {
        lock (_gate)
        {
            _untold++;
            _last = caller;
            return _toldAt is { } told && time.GetElapsedTime(told, came) < Delay ? default : TakeAll(came);
        }
    }

    /// <summary>Those that were left out since one came, a second ago, unless they have been told meanwhile.</summary>
    private (int Count, string Last) TakeRest(long came)
    {
        lock (_gate)
        {
            return _toldAt > came ? default : TakeAll(time.GetTimestamp());
        }
    }

    private (int Count, string Last) TakeAll(long now)
    {
        int count = _untold;
        if (count > 0)
        {
            (_untold, _toldAt) = (0, now);
        }

        return (count, _last);
    }

    private void Tell((int Count, string Last) untold)
    {
        switch (untold.Count)
        {
            case 0:
                break;
            case 1:
                log.WrongToken(untold.Last);
                break;
            default:
                log.WrongTokens(untold.Count, untold.Last);
                break;
        }
    }
}
