using System.Net;
using System.Net.Sockets;
using SocketConnector.Sockets;
using SocketConnector.Timing;

namespace SocketConnector.Transports;

/// <summary>One try of every address of every target: a race, and what it finds of targets and names.</summary>
internal sealed class DialRound
{
    /// <summary>RFC 8305, section 8: the recommended Connection Attempt Delay.</summary>
    internal static readonly TimeSpan Stagger = TimeSpan.FromMilliseconds(250);

    private readonly Dialer _dialer;
    private readonly DialTargets _targets;
    private readonly DialFailures _failures;
    private readonly TargetRound _round;
    private readonly Race _race;

    public DialRound(Dialer dialer, (DialTargets All, IReadOnlySet<EndPoint>? Refusing) targets, DialFailures failures)
    {
        (_dialer, _targets, _failures) = (dialer, targets.All, failures);
        _round = new TargetRound(targets.All, dialer.Now, targets.Refusing);
        _race = new Race(_round.EndPoints, Stagger);
    }

    /// <summary>Whether every address has failed.</summary>
    public bool IsLost => _race.IsLost;

    /// <summary>The next candidate whose time has come. A name whose addresses are known becomes them.</summary>
    /// <param name="isPromised">Whether a descriptor was promised for it that is not in use.</param>
    /// <param name="candidate">The candidate.</param>
    public bool TryTake(bool isPromised, out Candidate candidate)
    {
        while (_race.TryStart(_dialer.Now, out candidate))
        {
            if (candidate.EndPoint is IPEndPoint address && _targets.Family is { } family && AddressOrder.FamilyOf(address.Address) != family)
            {
                Fail(candidate, OtherFamily());
            }
            else if (candidate.EndPoint is IPEndPoint own && _dialer.Veto(own, isPromised) is { } vetoed)
            {
                Fail(candidate, vetoed);
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

    public void Resolve(Candidate candidate, IPAddress[] addresses)
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

    public void Win(Candidate candidate)
    {
        if (candidate is { Name: DnsEndPoint name, EndPoint: IPEndPoint address })
        {
            _dialer.Names.Remember(name, address.Address);
        }

        _round.Succeeded(candidate.Place);
        FailOverdue();
    }

    public void Fail(Candidate candidate, SocketException error)
    {
        _failures.Add(candidate, error);

        // What is short here says nothing of the target.
        if (_race.Failed(candidate) && error.SocketErrorCode is not (SocketError.TooManyOpenSockets or SocketError.NoBufferSpaceAvailable))
        {
            _round.Failed(candidate.Place, _dialer.Now);
        }
    }

    /// <summary>Records a failure for each target that did not connect within the stagger, so that later dials try others first.</summary>
    public void FailOverdue()
    {
        TimeSpan now = _dialer.Now;
        foreach (int place in _race.Overdue(now))
        {
            _round.Failed(place, now);
        }
    }

    /// <summary>Until the next candidate starts.</summary>
    public TimeSpan? UntilNext() => _race.Next is { } next ? OneShot.InWholeMilliseconds(next - _dialer.Now) : null;

    /// <summary>Nothing more comes of it.</summary>
    public void End() => _round.End();

    private ExplainedSocketException OtherFamily() => new(
        SocketError.AddressFamilyNotSupported, $"no {(_targets.Family == AddressFamily.InterNetwork ? "IPv4" : "IPv6")} address to reach from {_targets.Bind}");
}
