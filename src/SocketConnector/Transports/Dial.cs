using System.Net;
using System.Net.Sockets;
using SocketConnector.Loops;
using SocketConnector.Sockets;

namespace SocketConnector.Transports;

/// <summary>
/// One dial to what has several addresses, or is tried again: races of their addresses, one after the other. What the first of them begins near
/// a peer runs without a timer, like a connect to one address; most are over by then.
/// </summary>
internal sealed class Dial
{
    private readonly Dialer _dialer;
    private readonly DialTargets _targets;
    private readonly IReadOnlySet<EndPoint>? _refusing;
    private readonly DialFailures _failures;
    private readonly bool _isPromised;
    private DialRound _round;
    private EventLoop? _home;
    private (Candidate Candidate, DescriptorConnect Connect)? _begun;
    private Candidate? _held;

    // Which attempt has the descriptor that was promised.
    private Candidate? _onPromise;
    private TimeSpan? _until;

    public Dial(Dialer dialer, DialTargets targets, bool isPromised, IReadOnlySet<EndPoint>? refusing = null)
    {
        (_dialer, _targets, _isPromised, _refusing, _failures) = (dialer, targets, isPromised, refusing, new DialFailures(targets));
        _round = NewRound();
    }

    /// <summary>Which of several targets it has connected to; null where there was but one.</summary>
    public EndPoint? Target { get; private set; }

    private bool HasPromise => _isPromised && _onPromise is null;

    private bool IsFinal => _round.IsLost && (_targets.Retry is null || !_failures.IsWorthRetry);

    /// <summary>Begins the first that can be begun without waiting, on the loop of the peer that it is for.</summary>
    public void BeginNear(EventLoop home)
    {
        _home = home;
        while (TryTake(out Candidate candidate))
        {
            if (candidate.EndPoint is not (IPEndPoint or UnixDomainSocketEndPoint))
            {
                _held = candidate;
                return;
            }

            bool isPromised = TryUsePromise(candidate);
            try
            {
                DescriptorReserve.Demand(isPromised);
                _begun = (candidate, DescriptorConnect.Start(AddressOf(candidate), home, _targets.Bind, isPromised));
                return;
            }
            catch (SocketException error) when (error.SocketErrorCode == SocketError.WouldBlock)
            {
                (_held, _onPromise) = (candidate, null);
                return;
            }
            catch (SocketException error)
            {
                Fail(candidate, error);
            }
        }
    }

    /// <inheritdoc cref="ConnectAttempt.TryFinishQuicklyAsync()"/>
    public async ValueTask<ByteStream?> TryFinishQuicklyAsync()
    {
        while (_begun is { } begun)
        {
            try
            {
                if (!await begun.Connect.TryFinishQuicklyAsync().ConfigureAwait(false))
                {
                    return null;
                }

                _begun = null;
                Win(begun.Candidate);
                return begun.Connect.Socket;
            }
            catch (SocketException error)
            {
                _begun = null;
                Fail(begun.Candidate, error);
                BeginNear(_home!);
            }
        }

        if (!IsFinal)
        {
            return null;
        }

        Abandon();
        throw _failures.Failure();
    }

    /// <inheritdoc cref="ConnectAttempt.FinishAsync"/>
    public async Task<ByteStream> FinishAsync(TimeSpan timeout, CancellationToken cancellationToken)
    {
        try
        {
            using var deadline = new CancellationTokenSource(timeout, _dialer.Time);
            _until = timeout == Timeout.InfiniteTimeSpan ? null : _dialer.Now + timeout;
            return await FinishAsync(deadline.Token, cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            Abandon();
        }
    }

    /// <summary>Gives up, if it has not ended.</summary>
    public void Abandon()
    {
        _begun?.Connect.Socket.Close();
        _begun = null;
        _round.End();
    }

    private async Task<ByteStream> FinishAsync(CancellationToken deadline, CancellationToken cancellationToken)
    {
        using var either = CancellationTokenSource.CreateLinkedTokenSource(deadline, cancellationToken);
        try
        {
            for (int earlier = 0; ; earlier++)
            {
                if (await RaceAsync(either.Token).ConfigureAwait(false) is { } stream)
                {
                    return stream;
                }

                if (WaitBefore(earlier) is not { } wait)
                {
                    throw _failures.Failure();
                }

                await Task.Delay(wait, _dialer.Time, either.Token).ConfigureAwait(false);
                _round.End();
                (_round, _onPromise) = (NewRound(), null);
            }
        }
        catch (OperationCanceledException) when (deadline.IsCancellationRequested && !cancellationToken.IsCancellationRequested)
        {
            _round.FailOverdue();
            throw _failures.TimedOut();
        }
    }

    private DialRound NewRound() => new(_dialer, (_targets, _refusing), _failures);

    private async Task<ByteStream?> RaceAsync(CancellationToken cancellationToken)
    {
        var attempts = new Attempts(_dialer.Time, cancellationToken);
        await using (attempts.ConfigureAwait(false))
        {
            if (_begun is { } begun)
            {
                // Its own from here on, and closed by its end.
                _begun = null;
                attempts.Add(begun.Candidate, FinishAsync(begun.Connect, attempts.Over));
            }

            while (true)
            {
                // Short of descriptors, the next waits for one of those that are under way, instead of failing.
                bool hasRoom;
                while ((hasRoom = attempts.AreOver || HasPromise || DescriptorReserve.Allows(isPromised: false)) && TryTake(out Candidate candidate))
                {
                    attempts.Add(candidate, AttemptAsync(candidate, attempts.Over));
                }

                if (_round.IsLost)
                {
                    return null;
                }

                TimeSpan? next = _round.UntilNext();
                if (await attempts.NextAsync(hasRoom || next is null ? next : DialRound.Stagger).ConfigureAwait(false) is { } finished
                    && await EndAsync(finished).ConfigureAwait(false) is { } stream)
                {
                    return stream;
                }
            }
        }
    }

    private async ValueTask<ByteStream?> EndAsync(Attempt finished)
    {
        try
        {
            Outcome outcome = await finished.Task.ConfigureAwait(false);
            if (outcome.Addresses is { } addresses)
            {
                _round.Resolve(finished.Candidate, addresses);
                return null;
            }

            Win(finished.Candidate);
            return outcome.Stream;
        }
        catch (SocketException error)
        {
            Fail(finished.Candidate, error);
            return null;
        }
    }

    private void Win(Candidate candidate)
    {
        _round.Win(candidate);
        _round.End();
        Target = _targets.Health is null ? null : candidate.Name ?? candidate.EndPoint;
    }

    private void Fail(Candidate candidate, SocketException error)
    {
        _onPromise = _onPromise == candidate ? null : _onPromise;
        _round.Fail(candidate, error);
    }

    private async Task<Outcome> AttemptAsync(Candidate candidate, CancellationToken over)
    {
        if (candidate.EndPoint is DnsEndPoint name)
        {
            return new Outcome(null, await _dialer.Names.FindAsync(name, over).ConfigureAwait(false));
        }

        var origin = new ConnectFrom(_home, _targets.Bind, TryUsePromise(candidate));
        return new Outcome(await _dialer.Plain.ConnectAsync(AddressOf(candidate), origin, over).ConfigureAwait(false));
    }

    private static async Task<Outcome> FinishAsync(DescriptorConnect begun, CancellationToken over) => new(await begun.FinishAsync(over).ConfigureAwait(false));

    /// <summary>How long to wait before all are tried again, if they are and it ends in time.</summary>
    private TimeSpan? WaitBefore(int earlier)
    {
        if (_targets.Retry is not { } retry || earlier >= retry.Count || !_failures.IsWorthRetry)
        {
            return null;
        }

        TimeSpan wait = Backoff.BeforeRetry(retry.Delay, earlier, Random.Shared.NextDouble());
        return _until is { } until && _dialer.Now + wait >= until ? null : wait;
    }

    /// <summary>What was held back when it could not be begun, or the next whose time has come.</summary>
    private bool TryTake(out Candidate candidate)
    {
        if (_held is not { } held)
        {
            return _round.TryTake(HasPromise, out candidate);
        }

        (candidate, _held) = (held, null);
        return true;
    }

    /// <summary>One attempt at a time has the descriptor that was promised; the others ask like everybody else.</summary>
    private bool TryUsePromise(Candidate candidate)
    {
        if (!HasPromise || candidate.EndPoint is TransportEndPoint)
        {
            return false;
        }

        _onPromise = candidate;
        return true;
    }

    private EndPoint AddressOf(Candidate candidate) => _targets.Bind is not null && candidate.EndPoint is IPEndPoint { Address.IsIPv4MappedToIPv6: true } mapped
        ? new IPEndPoint(mapped.Address.MapToIPv4(), mapped.Port)
        : candidate.EndPoint;
}
