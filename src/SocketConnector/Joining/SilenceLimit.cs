namespace SocketConnector.Joining;

/// <summary>
/// Resets a pair that stays silent for <see cref="ConnectorOptions.HalfCloseTimeout"/> after a side has ended, or was asked to. Made with the
/// first need of it, which most pairs never have.
/// </summary>
internal sealed class SilenceLimit : IDisposable
{
    private readonly JoinedPair _pair;
    private readonly Movement _movement;
    private readonly HalfCloseTimer _timer;

    private SilenceLimit(JoinedPair pair)
    {
        (_pair, _movement) = (pair, pair.Observe());
        _timer = new HalfCloseTimer(pair.Options.TimeProvider, pair.Options.HalfCloseTimeout, _movement, EndSilent);
    }

    /// <summary>Counts the silence of a pair from a timestamp of the clock on, unless it has ended.</summary>
    /// <param name="limit">The pair's, which is made if there is none.</param>
    /// <param name="pair">The pair.</param>
    /// <param name="since">When the silence began.</param>
    public static void Start(ref SilenceLimit? limit, JoinedPair pair, long since)
    {
        if (pair.HasDecided)
        {
            return;
        }

        SilenceLimit? one = Volatile.Read(ref limit);
        if (one is null)
        {
            var made = new SilenceLimit(pair);
            one = Interlocked.CompareExchange(ref limit, made, null) ?? made;
            if (one != made)
            {
                made.Dispose();
            }
        }

        one._timer.Start(since);
        if (pair.HasDecided)
        {
            // It ended meanwhile, and may not have found the limit.
            one.Dispose();
        }
    }

    public void Dispose() => _timer.Dispose();

    /// <returns>Whether it has to end.</returns>
    private bool EndSilent()
    {
        ConnectionEnd ending = _pair.Ending;
        long since = ending.IsAsked ? Math.Max(ending.AskedAt, _pair.LastMoved) : _pair.LastMoved;
        if (_pair.Options.TimeProvider.GetElapsedTime(since) < _pair.Options.HalfCloseTimeout)
        {
            // A timer that was due already, for an earlier silence; or bytes wait here for their time.
            return false;
        }

        // A reader that has stopped holds up its sender's end as well, so it is the one to name.
        Side? silent = _movement.StoppedReader ?? (ending.IsAsked ? _movement.WaitsAt : ending.First?.Other());
        bool isTransformerSilent = silent is null && ending is { IsAsked: true, IsParting: false };
        if (silent is null && !isTransformerSilent)
        {
            return false;
        }

        _pair.Expire(CloseReason.HalfCloseTimeout, silent);
        return true;
    }
}
