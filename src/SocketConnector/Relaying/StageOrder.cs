using Microsoft.Extensions.Logging;
using SocketConnector.Admission;
using SocketConnector.Transports;

namespace SocketConnector.Relaying;

/// <summary>The stages of admission, in the order in which they happen. One that is not configured is not there.</summary>
internal sealed class StageOrder(ConnectorOptions options, SelfConnection self, IReadOnlyList<Stage> further, ILogger log)
{
    private readonly SocketSettingsStage _settings = new(options);
    private readonly Authentication _authentication = new(options, log);

    /// <summary>For a stream that came by itself, or that a user brings.</summary>
    /// <param name="side">Its side's.</param>
    /// <param name="places">Those under the accept limit that it counts under, if there is one.</param>
    public Stage[] Accepted(SideOptions side, AcceptLimiter? places = null)
    {
        Stage[] limit = places is null ? [] : [new AcceptLimitStage(places, options.TimeProvider).RunAsync];
        return [.. Chain(side, context => self.OfAccepted(context.Peer.Peer)), .. limit];
    }

    /// <summary>For a stream that was dialled.</summary>
    public Stage[] Dialled(SideOptions side) => Chain(side, context => self.OfDialled(context.Peer.Peer));

    private Stage[] Chain(SideOptions side, Func<AdmissionContext, Refusal?> notOwn)
    {
        Stage[] authentication = side.AuthVerifier is null ? [] : [_authentication.RunAsync];
        return [AtOnce(notOwn), AtOnce(_settings.Run), .. further, .. authentication];
    }

    /// <summary>A stage that never waits.</summary>
    private static Stage AtOnce(Func<AdmissionContext, Refusal?> stage) => (context, _) => new ValueTask<Refusal?>(stage(context));
}
