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
    /// <summary>RFC 8305, section 8: the recommended Connection Attempt Delay.</summary>
    internal static readonly TimeSpan Stagger = TimeSpan.FromMilliseconds(250);

    private readonly Dialer _dialer;
    private readonly DialTargets _targets;
    private readonly DialStory _story;
    private TargetChoice[] _choices;
    private bool[] _isDecided;
    private Race _race;
    private EventLoop? _home;
    private (Candidate Candidate, DescriptorConnect Connect)? _begun;
    private Candidate? _held;
    private TimeSpan? _until;

    public Dial(Dialer dialer, DialTargets targets)
    {
        (_dialer, _targets, _story) = (dialer, targets, new DialStory(targets));
        (_race, _choices, _isDecided) = NewRace();
    }

    private bool IsFinal => _race.IsLost && (_targets.Retry is null || !_story.IsWorthRetry);

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

            try
            {
                DescriptorReserve.Demand();
                _begun = (candidate, DescriptorConnect.Start(AddressOf(candidate), home, _targets.Bind));
                return;
            }
            catch (SocketException error) when (error.SocketErrorCode == SocketError.WouldBlock)
            {
                _held = candidate;
                return;
            }
            catch (SocketException error)
            {
                Fail(candidate, error);
            }
        }
    }

    /// <inheritdoc cref="ConnectAttempt.SoonAsync"/>
    public async ValueTask<ByteStream?> SoonAsync()
    {
        while (_begun is { } begun)
        {
            try
            {
                if (!await begun.Connect.IsSoonDoneAsync().ConfigureAwait(false))
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
        throw _story.Failure();
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
        Decide(static (health, choice, _) => health.GiveUp(choice), Enumerable.Range(0, _choices.Length));
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
                    throw _story.Failure();
                }

                await Task.Delay(wait, _dialer.Time, either.Token).ConfigureAwait(false);
                (_race, _choices, _isDecided) = NewRace();
            }
        }
        catch (OperationCanceledException) when (deadline.IsCancellationRequested && !cancellationToken.IsCancellationRequested)
        {
            DecideOverdue();
            throw _story.TimedOut();
        }
    }

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
                while (TryTake(out Candidate candidate))
                {
                    attempts.Add(candidate, AttemptAsync(candidate, attempts.Over));
                }

                if (_race.IsLost)
                {
                    return null;
                }

                if (await attempts.NextAsync(UntilNext()).ConfigureAwait(false) is { } finished
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
                Resolve(finished.Candidate, addresses);
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

    /// <summary>The next candidate whose time has come. A name whose addresses are known becomes them.</summary>
    private bool TryTake(out Candidate candidate)
    {
        if (_held is { } held)
        {
            (candidate, _held) = (held, null);
            return true;
        }

        while (_race.TryStart(_dialer.Now, out candidate))
        {
            if (candidate.EndPoint is IPEndPoint address && _targets.Family is { } family && AddressOrder.FamilyOf(address.Address) != family)
            {
                Fail(candidate, OtherFamily());
            }
            else if (candidate.EndPoint is DnsEndPoint name && _dialer.Names.Known(name) is { } addresses)
            {
                Resolve(candidate, addresses);
            }
            else
            {
                return true;
            }
        }

        return false;
    }

    private async Task<Outcome> AttemptAsync(Candidate candidate, CancellationToken over) => candidate.EndPoint is DnsEndPoint name
        ? new Outcome(null, await _dialer.Names.FindAsync(name, over).ConfigureAwait(false))
        : new Outcome(await _dialer.ConnectToAsync(AddressOf(candidate), (_home, _targets.Bind), over).ConfigureAwait(false));

    private static async Task<Outcome> FinishAsync(DescriptorConnect begun, CancellationToken over) => new(await begun.FinishAsync(over).ConfigureAwait(false));

    private void Resolve(Candidate candidate, IPAddress[] addresses)
    {
        var name = (DnsEndPoint)candidate.EndPoint;
        IReadOnlyList<IPAddress> ordered = AddressOrder.Of(addresses, _dialer.Names.Winner(name), _targets.Family);
        if (ordered.Count == 0)
        {
            Fail(candidate, OtherFamily());
        }
        else
        {
            _race.Resolved(candidate, [.. ordered.Select(address => new IPEndPoint(address, name.Port))]);
        }
    }

    private void Win(Candidate candidate)
    {
        if (candidate is { Name: DnsEndPoint name, EndPoint: IPEndPoint address })
        {
            _dialer.Names.Remember(name, address.Address);
        }

        Decide(static (health, choice, _) => health.Succeeded(choice), [candidate.Place]);
        DecideOverdue();
    }

    private void Fail(Candidate candidate, SocketException error)
    {
        _story.Add(candidate, error);

        // Without a descriptor nothing was learnt of the target.
        if (_race.Failed(candidate) && error.SocketErrorCode != SocketError.TooManyOpenSockets)
        {
            Decide(static (health, choice, now) => health.Failed(choice, now), [candidate.Place]);
        }
    }

    /// <summary>What had its time has failed, in that others are to be tried before it from now on.</summary>
    private void DecideOverdue() => Decide(static (health, choice, now) => health.Failed(choice, now), _race.Overdue(_dialer.Now));

    private void Decide(Action<TargetHealth, TargetChoice, TimeSpan> tell, IEnumerable<int> places)
    {
        if (_targets.Health is not { } health)
        {
            return;
        }

        foreach (int place in places)
        {
            if (!_isDecided[place])
            {
                _isDecided[place] = true;
                tell(health, _choices[place], _dialer.Now);
            }
        }
    }

    /// <summary>Until the next candidate starts, in whole milliseconds as timers have them, lest one fires a moment before.</summary>
    private TimeSpan? UntilNext() => _race.Next is { } next ? TimeSpan.FromMilliseconds(Math.Ceiling(Math.Max(0, (next - _dialer.Now).TotalMilliseconds))) : null;

    /// <summary>How long to wait before all are tried again, if they are and it ends in time.</summary>
    private TimeSpan? WaitBefore(int earlier)
    {
        if (_targets.Retry is not { } retry || earlier >= retry.Count || !_story.IsWorthRetry)
        {
            return null;
        }

        TimeSpan wait = Backoff.BeforeRetry(retry.Delay, earlier, Random.Shared.NextDouble());
        return _until is { } until && _dialer.Now + wait >= until ? null : wait;
    }

    private EndPoint AddressOf(Candidate candidate) => _targets.Bind is not null && candidate.EndPoint is IPEndPoint { Address.IsIPv4MappedToIPv6: true } mapped
        ? new IPEndPoint(mapped.Address.MapToIPv4(), mapped.Port)
        : candidate.EndPoint;

    private ExplainedSocketException OtherFamily() => new(
        SocketError.AddressFamilyNotSupported, $"it has no {(_targets.Family == AddressFamily.InterNetwork ? "IPv4" : "IPv6")} address, and the connection is to come from {_targets.Bind}");

    private (Race Race, TargetChoice[] Choices, bool[] IsDecided) NewRace()
    {
        TargetChoice[] choices = _targets.Choose(_dialer.Now);
        return (new Race(choices.Select(choice => _targets[choice]), Stagger), choices, new bool[choices.Length]);
    }
}
