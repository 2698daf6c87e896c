using System.Net;
using SocketConnector.Rendezvous.Sessions;
using SocketConnector.Rendezvous.Wire;

namespace SocketConnector.Rendezvous.Ends;

/// <summary>
/// Keeps connections waiting at the relay for an end that listens. A used one is replaced at once; each time one is used and none waits beside
/// it the pool grows by one, up to a limit; a lost one is connected again.
/// </summary>
internal sealed class EndPool : TransportListener
{
    /// <summary>How long a surplus connection, opened under load, waits before it is given up.</summary>
    private static readonly TimeSpan _surplusWait = TimeSpan.FromMinutes(1);

    private readonly RendezvousEndPoint _settings;
    private readonly RelayCaller _caller;
    private readonly PoolTrouble _trouble;
    private readonly CancellationTokenSource _stopping = new();
    private readonly TaskCompletionSource _started = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly Partners _partners;
    private readonly WorkCount _work = new();
    private EndPoint? _elsewhere;
    private int _places;
    private int _waiting;

    private EndPool(RendezvousEndPoint settings)
    {
        (_settings, _caller) = (settings, new RelayCaller(settings, EndRole.Listen));
        _trouble = new PoolTrouble(_caller.Log, settings);
        _partners = new Partners(settings, _trouble, _caller.Time, _stopping.Token);
    }

    public override EndPoint EndPoint => _settings;

    /// <summary>Waits at the relay with a first connection, then with all.</summary>
    /// <exception cref="IOException">The relay refuses it.</exception>
    /// <exception cref="System.Net.Sockets.SocketException">The relay cannot be connected to.</exception>
    public static async Task<EndPool> StartAsync(RendezvousEndPoint settings, CancellationToken cancellationToken)
    {
        var pool = new EndPool(settings);
        try
        {
            pool.AddPlace(settings.Standby);
            await pool._started.Task.WaitAsync(cancellationToken).ConfigureAwait(false);
            for (int i = 1; i < settings.Standby; i++)
            {
                pool.AddPlace(settings.Standby);
            }

            return pool;
        }
        catch
        {
            await pool.DisposeAsync().ConfigureAwait(false);
            _ = pool._started.Task.Exception;
            throw;
        }
    }

    public override ValueTask<DuplexStream?> AcceptAsync(CancellationToken cancellationToken) => _partners.TakeAsync(cancellationToken);

    public override async ValueTask DisposeAsync()
    {
        await _stopping.CancelAsync().ConfigureAwait(false);
        _partners.End();
        _work.End();
        await _work.Over.ConfigureAwait(false);
        await _partners.CloseAsync().ConfigureAwait(false);
        await _caller.DisposeAsync().ConfigureAwait(false);
    }

    /// <param name="most">None is added to so many.</param>
    private void AddPlace(int most)
    {
        int others = Volatile.Read(ref _places);
        while (others < most && Interlocked.CompareExchange(ref _places, others + 1, others) is var now && now != others)
        {
            others = now;
        }

        if (others < most)
        {
            var place = new PoolPlace(others >= _settings.Standby);
            _work.Run(() => KeepAsync(place));
        }
    }

    /// <summary>Keeps a connection waiting in one place of the pool.</summary>
    private async Task KeepAsync(PoolPlace place)
    {
        try
        {
            bool isUsed = true;
            while (isUsed || !place.IsSurplus)
            {
                await _partners.ReserveAsync().ConfigureAwait(false);
                (isUsed, TimeSpan away) = await WaitOnceAsync(place).ConfigureAwait(false);
                if (isUsed)
                {
                    continue;
                }

                _partners.Release();
                if (away > TimeSpan.Zero)
                {
                    await Task.Delay(away, _caller.Time, _stopping.Token).ConfigureAwait(false);
                }
            }
        }
        catch (Exception) when (_stopping.IsCancellationRequested)
        {
            // Stopped.
        }
        finally
        {
            Interlocked.Decrement(ref _places);
        }
    }

    /// <returns>Whether a partner came, and how long to stay away otherwise.</returns>
    private async Task<(bool IsUsed, TimeSpan Away)> WaitOnceAsync(PoolPlace place)
    {
        EndPoint? relay = Volatile.Read(ref _elsewhere);
        RelayCall? call = null;
        bool isWaiting = false;
        bool isUsed = false;
        try
        {
            call = await _caller.BeginAsync(relay, _stopping.Token).ConfigureAwait(false);
            TimeSpan patience = place.IsSurplus ? _surplusWait : Timeout.InfiniteTimeSpan;
            EndVerdict? verdict = await call.WaitAsync(() => !_stopping.IsCancellationRequested, OnWaiting, patience, _stopping.Token).ConfigureAwait(false);
            if (verdict is not EndVerdict.Paired)
            {
                return (false, verdict is null ? TimeSpan.Zero : Lose(place, relay, verdict));
            }

            IsThere(place);
            RelayCall paired = call;
            (call, isUsed) = (null, true);
            _work.Run(() => _partners.ProveAsync(paired));
            return (true, TimeSpan.Zero);
        }
        catch (Exception error) when (!_stopping.IsCancellationRequested)
        {
            // Any exception is retried: a place that gave up would shrink the pool without notice.
            return (false, Lose(place, relay, new EndVerdict.Dead(error.Message), error));
        }
        finally
        {
            call?.Dispose();

            // Where partners queue at the relay one is paired at once, without having waited: that is load too.
            int waiting = isWaiting ? Interlocked.Decrement(ref _waiting) : Volatile.Read(ref _waiting);
            if (isUsed && waiting == 0 && !_stopping.IsCancellationRequested)
            {
                AddPlace(_settings.MaxStandby);
            }
        }

        void OnWaiting()
        {
            isWaiting = true;
            Interlocked.Increment(ref _waiting);
            IsThere(place);
        }
    }

    /// <summary>The relay has let it in.</summary>
    private void IsThere(PoolPlace place)
    {
        place.Backoff.Reset();
        _trouble.Over(place);
        _started.TrySetResult();
    }

    /// <summary>Chooses the relay for the next attempt. All places move together: they stay at the relay that GOAWAY named while it works, and otherwise return to the configured one.</summary>
    /// <returns>The delay before the next attempt.</returns>
    private TimeSpan Lose(PoolPlace place, EndPoint? relay, EndVerdict verdict, Exception? error = null)
    {
        EndPoint? next = _caller.Elsewhere(verdict);
        Interlocked.CompareExchange(ref _elsewhere, next, relay);
        string reason = error?.Message ?? VerdictText.Of(verdict, _settings);
        if (!_started.TrySetException(error ?? new IOException(reason)) && !place.IsSurplus)
        {
            _trouble.Tell(place, reason, (verdict as EndVerdict.Refused)?.Code);
        }

        return place.Backoff.Next(verdict switch
        {
            EndVerdict.Refused refused => refused.RetryAfter,
            EndVerdict.GoAway away when next is null && relay is null => away.In,
            _ => null,
        });
    }
}
