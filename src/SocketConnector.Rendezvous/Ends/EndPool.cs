using System.Net;
using System.Threading.Channels;
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
    private readonly Channel<DuplexStream> _ready;
    private readonly WorkCount _work = new();
    private int _places;
    private int _waiting;

    private EndPool(RendezvousEndPoint settings)
    {
        (_settings, _caller) = (settings, new RelayCaller(settings, EndRole.Listen));
        _trouble = new PoolTrouble(_caller.Log, settings);
        _ready = Channel.CreateBounded<DuplexStream>(settings.MaxStandby);
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
            throw;
        }
    }

    public override async ValueTask<DuplexStream?> AcceptAsync(CancellationToken cancellationToken) => await _ready.Reader.ReadAsync(cancellationToken).ConfigureAwait(false);

    public override async ValueTask DisposeAsync()
    {
        await _stopping.CancelAsync().ConfigureAwait(false);
        _work.End();
        await _work.Over.ConfigureAwait(false);
        while (_ready.Reader.TryRead(out DuplexStream? unused))
        {
            unused.Abort?.Invoke();
            await unused.Stream.DisposeAsync().ConfigureAwait(false);
        }

        await _caller.DisposeAsync().ConfigureAwait(false);
    }

    /// <summary>A ticket is shown to another relay only where that must prove its name, as this one has to.</summary>
    private bool MayGoElsewhere => _settings.Ticket is null || _settings.Relay.Tls is not null;

    private void AddPlace()
    {
        bool isSurplus = Interlocked.Increment(ref _places) > _settings.Standby;
        _work.Run(() => KeepAsync(isSurplus));
    }

    /// <summary>One place: always a connection that waits.</summary>
    private async Task KeepAsync(bool isSurplus)
    {
        var backoff = new EndBackoff(Random.Shared);
        EndPoint? elsewhere = null;
        try
        {
            bool isUsed = true;
            while (isUsed || !isSurplus)
            {
                (isUsed, TimeSpan away, elsewhere) = await WaitOnceAsync(elsewhere, backoff, isSurplus).ConfigureAwait(false);
                if (away > TimeSpan.Zero)
                {
                    await Task.Delay(away, _settings.TimeProvider, _stopping.Token).ConfigureAwait(false);
                }
            }
        }
        catch (OperationCanceledException)
        {
            // Stopped.
        }
        finally
        {
            Interlocked.Decrement(ref _places);
        }
    }

    /// <returns>Whether a partner came; how long to stay away otherwise; and where to go then, if not to the usual relay.</returns>
    private async Task<(bool IsUsed, TimeSpan Away, EndPoint? Elsewhere)> WaitOnceAsync(EndPoint? relay, EndBackoff backoff, bool isSurplus)
    {
        RelayCall? call = null;
        bool isWaiting = false;
        try
        {
            using var limit = CancellationTokenSource.CreateLinkedTokenSource(_stopping.Token);
            call = await _caller.BeginAsync(relay, _stopping.Token).ConfigureAwait(false);
            EndVerdict verdict = await call.WaitAsync(() => !_stopping.IsCancellationRequested, OnWaiting, limit.Token).ConfigureAwait(false);
            if (verdict is EndVerdict.Paired)
            {
                backoff.Reset();
                _started.TrySetResult();
                RelayCall paired = call;
                call = null;
                _work.Run(() => FinishAsync(paired));
                return (true, TimeSpan.Zero, null);
            }

            _trouble.Tell(VerdictText.Of(verdict, _settings));
            _started.TrySetException(new IOException(VerdictText.Of(verdict, _settings)));
            return (false, backoff.Next((verdict as EndVerdict.Refused)?.RetryAfter), verdict is EndVerdict.GoAway away && MayGoElsewhere ? RelayAddress.First(away.Elsewhere) : null);

            void OnWaiting()
            {
                isWaiting = true;
                Interlocked.Increment(ref _waiting);
                backoff.Reset();
                _trouble.Over();
                _started.TrySetResult();
                if (isSurplus)
                {
                    limit.CancelAfter(_surplusWait);
                }
            }
        }
        catch (OperationCanceledException) when (!_stopping.IsCancellationRequested)
        {
            return (false, TimeSpan.Zero, null);
        }
        catch (Exception error) when (error is not OperationCanceledException)
        {
            _trouble.Tell(error.Message);
            _started.TrySetException(error);
            return (false, backoff.Next(), null);
        }
        finally
        {
            call?.Dispose();
            if (isWaiting && Interlocked.Decrement(ref _waiting) == 0 && call is null && Volatile.Read(ref _places) < _settings.MaxStandby && !_stopping.IsCancellationRequested)
            {
                AddPlace();
            }
        }
    }

    private async Task FinishAsync(RelayCall call)
    {
        try
        {
            DuplexStream stream = await call.FinishAsync(_settings.HandshakeTimeout, _stopping.Token).ConfigureAwait(false);
            await _ready.Writer.WriteAsync(stream, _stopping.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            // Stopped.
        }
        catch (Exception error)
        {
            // Whatever the other end did, it costs this connection.
            _trouble.NotAccepted(error.Message);
        }
        finally
        {
            call.Dispose();
        }
    }
}
