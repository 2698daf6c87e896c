using Microsoft.Extensions.Logging;
using SocketConnector.Access;
using SocketConnector.Admission;
using SocketConnector.Limits;
using SocketConnector.Proxy;
using SocketConnector.Transports;

namespace SocketConnector.Relaying;

/// <summary>The stages of admission, in the order in which they happen. One that is not configured is not there.</summary>
internal sealed class StageOrder(ConnectorOptions options, SelfConnection self, IReadOnlyList<Stage> further, ILogger log)
{
    private readonly SocketSettingsStage _settings = new(options);
    private readonly Authentication _authentication = new(options, log);

    /// <summary>For a stream that came by itself.</summary>
    /// <param name="side">Its side's.</param>
    /// <param name="places">Those under the accept limit that it counts under, if there is one.</param>
    /// <param name="limits">Its side's, if it has some.</param>
    public Stage[] Accepted(SideOptions side, AcceptLimiter? places = null, SideLimits? limits = null)
    {
        (NetworkList? allow, NetworkList? deny, NetworkList? balancers) = side is ListenOptions listen
            ? ((NetworkList?)listen.Allow, (NetworkList?)listen.Deny, (NetworkList?)listen.AcceptProxyFrom)
            : (null, null, null);
        AccessList? access = (allow ?? deny) is null ? null : new AccessList(allow, deny, balancers);
        Stage[] first = access is null ? [] : [AtOnce(access.BySocket)];
        Stage[] counted = limits is { LimitsPeers: true } ? [AtOnce(limits.BySocket)] : [];
        Stage[] header = balancers is null ? [] : [new ProxyHeaderIn(balancers, options.TimeProvider, log).RunAsync];
        Stage[] told = balancers is null || access is null ? [] : [AtOnce(access.ByTold)];
        Stage[] countedByTold = balancers is not null && limits is { LimitsAddresses: true } ? [AtOnce(limits.ByTold)] : [];
        Stage[] limit = places is null ? [] : [new AcceptLimitStage(places, options.TimeProvider).RunAsync];
        return [.. first, .. counted, .. Chain(side, NotOwnAccepted, [.. header, .. told, .. countedByTold]), .. limit];
    }

    /// <summary>The limits of a side, for all that it accepts.</summary>
    public SideLimits? LimitsOf(SideOptions side) => side is ListenOptions listen ? SideLimits.Of(listen, options.TimeProvider) : null;

    /// <summary>For a stream that was dialled.</summary>
    public Stage[] Dialled(SideOptions side)
    {
        Stage[] header = side is ConnectOptions { SendProxy: { } version } ? [new ProxyHeaderOut(version, options.TimeProvider).RunAsync] : [];
        return Chain(side, NotOwnDialled, header);
    }

    /// <summary>For a stream that a user brings: what has been said on it is the user's.</summary>
    public Stage[] Added(SideOptions side) => Chain(side, side is ConnectOptions ? NotOwnDialled : NotOwnAccepted, header: []);

    private Stage[] Chain(SideOptions side, Func<AdmissionContext, Refusal?> notOwn, Stage[] header)
    {
        Stage[] authentication = side.AuthVerifier is null ? [] : [_authentication.RunAsync];
        return [AtOnce(notOwn), AtOnce(_settings.Run), .. header, .. further, .. authentication];
    }

    private Refusal? NotOwnAccepted(AdmissionContext context) => self.OfAccepted(context.Peer.Peer);

    private Refusal? NotOwnDialled(AdmissionContext context) => self.OfDialled(context.Peer.Peer);

    /// <summary>A stage that never waits.</summary>
    private static Stage AtOnce(Func<AdmissionContext, Refusal?> stage) => (context, _) => new ValueTask<Refusal?>(stage(context));
}
