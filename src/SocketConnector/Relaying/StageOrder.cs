using System.Runtime.CompilerServices;
using System.Security.Cryptography;
using SocketConnector.Access;
using SocketConnector.Admission;
using SocketConnector.Diagnostics;
using SocketConnector.Limits;
using SocketConnector.Proxy;
using SocketConnector.Tls;
using SocketConnector.Transports;

namespace SocketConnector.Relaying;

/// <summary>The stages of admission, in the order in which they happen. One that is not configured is not there.</summary>
internal sealed class StageOrder(ConnectorOptions options, SelfConnection self, IReadOnlyList<Stage> further, Observer observer)
{
    private readonly SocketSettingsStage _settings = new(options);
    private readonly AuthenticationStage _authentication = new(options, observer.Log);
    private readonly ConditionalWeakTable<SideOptions, Stage[]> _dialled = [];

    /// <summary>For a stream that came by itself.</summary>
    /// <param name="side">Its side's.</param>
    /// <param name="places">Those under the accept limit that it counts under, if there is one.</param>
    /// <param name="limits">Its side's, if it has some.</param>
    /// <exception cref="IOException">A certificate file cannot be read.</exception>
    /// <exception cref="CryptographicException">It holds no certificate with its key.</exception>
    public Stage[] Accepted(SideOptions side, AcceptLimiter? places = null, SideLimits? limits = null)
    {
        var listen = side as ListenOptions;
        (NetworkList? allow, NetworkList? deny, NetworkList? balancers) = ((NetworkList?)listen?.Allow, (NetworkList?)listen?.Deny, (NetworkList?)listen?.AcceptProxyFrom);
        AccessList? access = (allow ?? deny) is null ? null : new AccessList(allow, deny, balancers);
        Stage[] bySocket = [.. Where(access is not null, () => AtOnce("access", access!.BySocket)), .. Where(limits is { LimitsPeers: true }, () => AtOnce("limits", limits!.BySocket))];
        Stage[] header = [.. Where(balancers is not null, () => new Stage("proxy header", new ProxyHeaderIn(balancers!, options.TimeProvider, observer.Log).RunAsync))];
        Stage[] byTold = balancers is null ? []
            : [.. Where(access is not null, () => AtOnce("access", access!.ByTold)), .. Where(limits is { LimitsAddresses: true }, () => AtOnce("limits", limits!.ByTold))];
        Stage[] tls = [.. Where(listen is { Tls: not null }, () => new Stage("tls", new TlsAccept(listen!.Tls!, options.KeepHandshakes, options.TimeProvider, observer).RunAsync))];
        Stage[] limit = [.. Where(places is not null, () => new Stage("accept limit", new AcceptLimitStage(places!, options.TimeProvider).RunAsync))];
        return [.. bySocket, .. Chain(side, [.. header, .. byTold, .. tls]), .. limit];
    }

    /// <summary>The limits of a side, for all that it accepts.</summary>
    public SideLimits? LimitsOf(SideOptions side) => side is ListenOptions listen ? SideLimits.Of(listen, options.TimeProvider) : null;

    /// <summary>For a stream that was dialled. To be asked before it is: certificate files are read here, the first time.</summary>
    /// <inheritdoc cref="Accepted" path="/exception"/>
    public Stage[] Dialled(SideOptions side) => _dialled.GetValue(side, MakeDialled);

    private Stage[] MakeDialled(SideOptions side)
    {
        var connect = side as ConnectOptions;
        Stage[] header = [.. Where(connect is { SendProxy: not null }, () => new Stage("proxy header", new ProxyHeaderOut(connect!.SendProxy!.Value, options.TimeProvider).RunAsync))];
        Stage[] tls = [.. Where(connect is { Tls: not null }, () => new Stage("tls", new TlsConnect(connect!.Tls!, connect.EndPoint, options.KeepHandshakes, options.TimeProvider, observer).RunAsync))];
        return [AtOnce("loop", NotOwnDialled), .. Chain(side, [.. header, .. tls])];
    }

    /// <summary>For a stream that a user brings: what has been said on it is the user's.</summary>
    public Stage[] Added(SideOptions side) => [.. Where(side is ConnectOptions, () => AtOnce("loop", NotOwnDialled)), .. Chain(side, own: [])];

    private Stage[] Chain(SideOptions side, Stage[] own)
    {
        Stage[] authentication = side.AuthVerifier is null ? [] : [new Stage("authentication", _authentication.RunAsync)];
        return [AtOnce("settings", _settings.Run), .. own, .. further, .. authentication];
    }

    private Refusal? NotOwnDialled(AdmissionContext context) => self.OfDialled(context.Peer.Peer);

    /// <summary>What is not configured is not there, and not made.</summary>
    private static Stage[] Where(bool isConfigured, Func<Stage> make) => isConfigured ? [make()] : [];

    /// <summary>A stage that never waits.</summary>
    private static Stage AtOnce(string name, Func<AdmissionContext, Refusal?> stage) => new(name, (context, _) => new ValueTask<Refusal?>(stage(context)));
}
