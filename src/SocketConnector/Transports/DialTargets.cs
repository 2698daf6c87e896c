using System.Net;
using System.Net.Sockets;

namespace SocketConnector.Transports;

/// <summary>What a side connects to, and what is known of it from one dial to the next.</summary>
internal sealed class DialTargets
{
    private readonly EndPoint[] _endPoints;
    private readonly string _text;

    public DialTargets(ConnectOptions options)
    {
        (_endPoints, _text, Retry, Bind) = ([.. options.EndPoints], options.TargetText, options.Retry, options.Bind);
        SingleAddress = _endPoints is [IPEndPoint address] && Retry is null && Bind is null ? address : null;
        Health = _endPoints.Length > 1 ? new TargetHealth(_endPoints.Length, options.Order, Random.Shared.NextDouble) : null;
    }

    /// <summary>The one address, where there is nothing to choose and nothing to try again.</summary>
    public IPEndPoint? SingleAddress { get; }

    public ReadOnlySpan<EndPoint> EndPoints => _endPoints;

    public RetryOptions? Retry { get; }

    /// <summary>The address to connect from.</summary>
    public IPAddress? Bind { get; }

    /// <summary>Of several.</summary>
    public TargetHealth? Health { get; }

    /// <summary>The family that an address must have to be connected to from <see cref="Bind"/>.</summary>
    public AddressFamily? Family => Bind?.AddressFamily;

    public EndPoint this[TargetChoice choice] => _endPoints[choice.Target];

    /// <summary>All of them, in the order to try now.</summary>
    public TargetChoice[] Choose(TimeSpan now) => Health?.Choose(now) ?? [new TargetChoice(0, IsTrial: false)];

    /// <summary>Whether there are targets beside these.</summary>
    public bool HasOther(IReadOnlySet<EndPoint> than) => !Array.TrueForAll(_endPoints, than.Contains);

    /// <summary>One that was connected to has failed afterwards, and rests.</summary>
    public void Failed(EndPoint target, TimeSpan now) => Health?.Failed(new TargetChoice(Array.IndexOf(_endPoints, target), IsTrial: false), now);

    public override string ToString() => _text;
}
