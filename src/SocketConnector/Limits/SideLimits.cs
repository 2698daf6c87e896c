using SocketConnector.Admission;

namespace SocketConnector.Limits;

/// <summary>
/// The limits of a side, and the stages that keep them: one before a byte is read, and one behind the PROXY header for the address that
/// it told.
/// </summary>
internal sealed class SideLimits
{
    private readonly NetworkList? _balancers;
    private readonly ConnectionRate? _rate;
    private readonly RateTable? _rates;

    private SideLimits(ListenOptions options, TimeProvider time)
    {
        _balancers = (NetworkList?)options.AcceptProxyFrom;
        _rate = options.Rate;
        _rates = _rate is null ? null : new RateTable(_rate, time);
        (Open, OpenPerAddress) = (CountLimitOf(options.MaxConnections), AddressCountsOf(options.MaxConnectionsPerAddress));
        Admitting = CountLimitOf(options.MaxAdmitting);
        Pending = (options.MaxPending ?? options.MaxPendingPerAddress) is null
            ? null
            : new PendingLimits(CountLimitOf(options.MaxPending), AddressCountsOf(options.MaxPendingPerAddress));
    }

    public CountLimit? Open { get; }

    public AddressCounts? OpenPerAddress { get; }

    public CountLimit? Admitting { get; }

    /// <summary>Of those that wait for a partner.</summary>
    public PendingLimits? Pending { get; }

    /// <summary>Whether the first stage has something to do.</summary>
    public bool LimitsPeers => LimitsAddresses || Open is not null || Admitting is not null;

    /// <summary>Whether the second one has.</summary>
    public bool LimitsAddresses => OpenPerAddress is not null || _rates is not null;

    /// <returns>None where nothing is limited.</returns>
    public static SideLimits? Of(ListenOptions options, TimeProvider time) =>
        options is { MaxConnections: null, MaxConnectionsPerAddress: null, MaxAdmitting: null, MaxPending: null, MaxPendingPerAddress: null, Rate: null }
            ? null
            : new SideLimits(options, time);

    /// <summary>Where the peer is a load balancer, its address says nothing of the client.</summary>
    public Refusal? BySocket(AdmissionContext context)
    {
        Peer peer = context.Peer.Peer;
        if (Open is not null)
        {
            if (!Open.TryTake())
            {
                return OverLimit.Of(peer, $"the limit of open peers, {Open.Max}, is reached");
            }

            context.Peer.Add(Open);
        }

        if (Admitting is not null)
        {
            if (!Admitting.TryTake())
            {
                return OverLimit.Of(peer, $"the limit of peers in admission, {Admitting.Max}, is reached");
            }

            context.AddUntilAdmitted(Admitting);
        }

        return _balancers is not null && _balancers.Contains(peer.SocketRemote) ? null : ByAddress(context, peer.SocketRemote);
    }

    public Refusal? ByTold(AdmissionContext context)
    {
        Peer peer = context.Peer.Peer;
        return peer.Told is null ? null : ByAddress(context, peer.Remote);
    }

    private Refusal? ByAddress(AdmissionContext context, CompactEndPoint remote)
    {
        if (AddressKey.Of(remote) is not { } address)
        {
            return null;
        }

        Peer peer = context.Peer.Peer;
        if (OpenPerAddress is not null)
        {
            if (!OpenPerAddress.TryTake(address))
            {
                return OverLimit.Of(peer, $"the limit of open peers from one address, {OpenPerAddress.Max}, is reached");
            }

            context.Peer.Add(OpenPerAddress.LeaseOf(address));
        }

        return _rates is null || _rates.TryTake(address)
            ? null
            : new Refusal(CloseReason.RateLimited, peer.Side, new InvalidOperationException($"the rate of connections from one address, {_rate}, is used up"));
    }

    private static CountLimit? CountLimitOf(int? max) => max is int limit ? new CountLimit(limit) : null;

    private static AddressCounts? AddressCountsOf(int? max) => max is int limit ? new AddressCounts(limit) : null;
}
