using System.Net;
using SocketConnector.Rendezvous.Sessions;
using SocketConnector.Rendezvous.Wire;

namespace SocketConnector.Rendezvous.Ends;

/// <summary>
/// The connections that wait at the relay for an end that listens. One that is used is replaced at once; where none is left, there
/// will be one more, up to a limit; and what is lost comes back.
/// </summary>
internal sealed class EndPool : TransportListener
{
    /// <summary>How long one that came under load waits before it is given up again.</summary>
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
        _partners = new Partners(settings, _trouble, _stopping.Token);
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
            pool.AddPlace();
            await pool._started.Task.WaitAsync(cancellationToken).ConfigureAwait(false);
            while (pool._places < settings.Standby)
            {
                pool.AddPlace();
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

    private void AddPlace()
    {
        var place = new Place(Interlocked.Increment(ref _places) > _settings.Standby);
        _work.Run(() => KeepAsync(place));
    }

    /// <summary>One place: always a connection that waits.</summary>
    private async Task KeepAsync(Place place)
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
                    await Task.Delay(away, _settings.TimeProvider, _stopping.Token).ConfigureAwait(false);
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
    private async Task<(bool IsUsed, TimeSpan Away)> WaitOnceAsync(Place place)
    {
        EndPoint? relay = Volatile.Read(ref _elsewhere);
        RelayCall? call = null;
        bool isWaiting = false;
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
            call = null;
            _work.Run(() => _partners.ProveAsync(paired));
            return (true, TimeSpan.Zero);
        }
        catch (Exception error) when (!_stopping.IsCancellationRequested)
        {
            // Whatever it is: a place that gave up would be missed without anybody having noticed.
            return (false, Lose(place, relay, new EndVerdict.Dead(error.Message), error));
        }
        finally
        {
            bool isUsed = isWaiting && call is null;
            call?.Dispose();
            if (isWaiting && Interlocked.Decrement(ref _waiting) == 0 && isUsed && Volatile.Read(ref _places) < _settings.MaxStandby && !_stopping.IsCancellationRequested)
            {
                AddPlace();
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
    private void IsThere(Place place)
    {
        place.Backoff.Reset();
        _trouble.Over(place);
        _started.TrySetResult();
    }

    /// <summary>Where it goes then: all go together, stay where they were sent while that is there, and come back to the usual relay otherwise.</summary>
    /// <returns>How long to stay away.</returns>
    private TimeSpan Lose(Place place, EndPoint? relay, EndVerdict verdict, Exception? error = null)
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

    /// <param name="isSurplus">Whether it came under load, and goes when it is not needed any more.</param>
    private sealed class Place(bool isSurplus)
    {
        public bool IsSurplus => isSurplus;

        public EndBackoff Backoff { get; } = new(Random.Shared);
    }
}
