using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using SocketConnector.Transports;

namespace SocketConnector.Admission;

/// <summary>
/// Keeps a connector from connecting to itself: each such connection is a client that needs another one dialled, until the
/// descriptors are used up.
/// </summary>
internal sealed class SelfConnection(TimeProvider time)
{
    // A name may lead elsewhere later; a connection to oneself is known sooner than this on the busiest machine.
    private static readonly TimeSpan _believed = TimeSpan.FromSeconds(1);

    // Far more than can be on their way through one backlog.
    private const int MaxKept = 1024;

    private readonly ConcurrentDictionary<(CompactEndPoint Host, int Port), long> _dialled = [];
    private readonly Lock _gate = new();
    private IPEndPoint[] _listening = [];
    private Finding? _last;
    private Trial? _trial;

    /// <summary>Whether a connect to the target is certain to arrive at this program's own listener.</summary>
    public static bool IsCertain(EndPoint listening, EndPoint target) => (listening, target) switch
    {
        (UnixDomainSocketEndPoint own, UnixDomainSocketEndPoint far) => own.ToString() == far.ToString(),
        (DnsEndPoint own, DnsEndPoint far) => own.Port == far.Port && string.Equals(own.Host, far.Host, StringComparison.OrdinalIgnoreCase),
        (IPEndPoint own, DnsEndPoint { Host: "localhost" } far) => own.Port == far.Port && (IsAny(own.Address) || IPAddress.IsLoopback(own.Address)),
        (IPEndPoint own, IPEndPoint far) => own.Port == far.Port && Reaches(own.Address, far.Address, from: null),
        _ => false,
    };

    /// <summary>Refuses sides of which one is certain to connect to where the other listens.</summary>
    /// <exception cref="ArgumentException">They are such sides.</exception>
    public static void ThrowIfCertain(SideOptions sideA, SideOptions sideB)
    {
        if (LoopTarget(sideA, sideB) is { } targetB)
        {
            throw new ArgumentException(Describe(targetB, listening: Side.A), nameof(sideB));
        }

        if (LoopTarget(sideB, sideA) is { } targetA)
        {
            throw new ArgumentException(Describe(targetA, listening: Side.B), nameof(sideA));
        }
    }

    /// <summary>The connector listens on these, and connects out on the other side.</summary>
    public void Listens(IReadOnlyList<EndPoint> endPoints) => _listening = [.. endPoints.OfType<IPEndPoint>()];

    /// <summary>Why a stream that was dialled is not used: it leads back here.</summary>
    public Refusal? OfDialled(Peer peer)
    {
        if (peer.SocketRemote.Port is not int port)
        {
            return null;
        }

        if (port == peer.SocketLocal.Port && peer.SocketRemote.Host == peer.SocketLocal.Host)
        {
            // Both ends opened at once, on a free port of the range that the system dials from (RFC 9293, section 3.5).
            return Refuse(peer, "nothing listens there, and the connection was made to itself");
        }

        if (HasPort(port) && peer is { SocketRemoteEndPoint: IPEndPoint remote, SocketLocalEndPoint: IPEndPoint local } && LeadsBack(remote, local))
        {
            if (_dialled.Count >= MaxKept)
            {
                _dialled.Clear();
            }

            _dialled[(peer.SocketLocal.Host, local.Port)] = time.GetTimestamp();
            Refusal refusal = Refuse(peer, $"side {peer.Side.Other()} of this connector listens there itself");
            Find(refusal);
            return refusal;
        }

        Find(null);
        return null;
    }

    /// <summary>A dial failed, and so did not lead back. One that had no descriptor shows nothing.</summary>
    public void DialFailed(Exception error)
    {
        if (error is not SocketException { SocketErrorCode: SocketError.TooManyOpenSockets })
        {
            Find(null);
        }
    }

    /// <summary>
    /// Why nothing is dialled now: the last dial led back here a moment ago. Where the target has the port that the connector listens
    /// on, one dial shows where it leads and the others wait a moment for it; else each would be accepted, and dial again, before it is known.
    /// </summary>
    public async ValueTask<Refusal?> OfDialAsync(DialTargets targets, CancellationToken stopping)
    {
        // Of several targets, one that leads back rests like any that fails, and another may do.
        if (targets.Health is not null || !MayLeadBack(targets))
        {
            return null;
        }

        Trial trial;
        TimeSpan rest;
        lock (_gate)
        {
            if (_last is { } last && IsRecent(last.Seen))
            {
                return last.Refusal;
            }

            if (_trial is not { } earlier || !IsRecent(earlier.Begun))
            {
                _trial = new Trial(time.GetTimestamp());
                return null;
            }

            trial = earlier;
            rest = _believed - time.GetElapsedTime(earlier.Begun);
        }

        await trial.Over.WaitAsync(rest > TimeSpan.Zero ? rest : TimeSpan.Zero, time, stopping).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        return Volatile.Read(ref _last) is { } now && IsRecent(now.Seen) ? now.Refusal : null;
    }

    /// <summary>Why a stream that was accepted is not used: it was dialled from here.</summary>
    public Refusal? OfAccepted(Peer peer) =>
        !_dialled.IsEmpty && peer.SocketRemote.Port is int port && _dialled.TryRemove((peer.SocketRemote.Host, port), out long dialled) && IsRecent(dialled)
            ? new Refusal(CloseReason.Aborted, null, new InvalidOperationException("this connector has dialled it itself"))
            : null;

    private static EndPoint? LoopTarget(SideOptions listening, SideOptions connecting) =>
        (listening, connecting) is (ListenOptions own, ConnectOptions far) ? far.EndPoints.FirstOrDefault(target => own.EndPoints.Any(at => IsCertain(at, target))) : null;

    private static string Describe(EndPoint target, Side listening) =>
        $"Cannot connect to {EndPointText.Of(target)}: side {listening} listens there itself, and each connection would make the next";

    private void Find(Refusal? loop)
    {
        if (_listening.Length == 0)
        {
            return;
        }

        Trial? trial;
        lock (_gate)
        {
            _last = new Finding(time.GetTimestamp(), loop);
            (trial, _trial) = (_trial, null);
        }

        trial?.End();
    }

    private bool MayLeadBack(DialTargets targets)
    {
        foreach (EndPoint target in targets.EndPoints)
        {
            if (MayLeadBack(target))
            {
                return true;
            }
        }

        return false;
    }

    private bool MayLeadBack(EndPoint target) => target switch
    {
        IPEndPoint ip => HasPort(ip.Port),
        DnsEndPoint dns => HasPort(dns.Port),
        _ => false,
    };

    private bool HasPort(int port)
    {
        // A loop, since it is asked for each dial and makes no garbage.
        foreach (IPEndPoint own in _listening)
        {
            if (own.Port == port)
            {
                return true;
            }
        }

        return false;
    }

    private bool LeadsBack(IPEndPoint remote, IPEndPoint local) =>
        Array.Exists(_listening, own => own.Port == remote.Port && Reaches(own.Address, remote.Address, local.Address));

    private bool IsRecent(long seen) => time.GetElapsedTime(seen) < _believed;

    private static Refusal Refuse(Peer peer, string why) =>
        new(CloseReason.ConnectFailed, peer.Side, new SocketException((int)SocketError.ConnectionRefused, $"Cannot connect to {peer.SocketRemote}: {why}"));

    /// <param name="own">Where the connector listens.</param>
    /// <param name="far">Where it connects to.</param>
    /// <param name="from">The address that it connects from, once it is known: the same as the target's where that is this machine.</param>
    private static bool Reaches(IPAddress own, IPAddress far, IPAddress? from)
    {
        (own, far, from) = (Plain(own), Plain(far), from is null ? null : Plain(from));

        // Connecting to "any" is connecting to the loopback (ip(7)).
        bool isLoopback = IPAddress.IsLoopback(far) || IsAny(far);
        bool isSpoken = own.Equals(IPAddress.IPv6Any) || own.AddressFamily == far.AddressFamily;
        return IsAny(own) ? isSpoken && (isLoopback || far.Equals(from)) : own.Equals(far) || (IsAny(far) && isSpoken && IPAddress.IsLoopback(own));
    }

    private static bool IsAny(IPAddress address) => address.Equals(IPAddress.Any) || address.Equals(IPAddress.IPv6Any);

    private static IPAddress Plain(IPAddress address) => address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address;

    /// <summary>Where the last dial led: back here, if there is a refusal.</summary>
    private sealed record Finding(long Seen, Refusal? Refusal);

    /// <summary>A dial whose end shows where the target leads.</summary>
    private sealed class Trial(long begun)
    {
        private readonly TaskCompletionSource _over = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public long Begun => begun;

        public Task Over => _over.Task;

        public void End() => _over.SetResult();
    }
}
