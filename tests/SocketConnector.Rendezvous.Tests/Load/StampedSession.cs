using System.Net;
using System.Threading.Channels;
using SocketConnector.TestKit;

namespace SocketConnector.Rendezvous.Tests.Load;

/// <summary>A session in use: a pool that waits at the relay for a service, a connector that meets it for users, and the users.</summary>
internal sealed class StampedSession : IAsyncDisposable
{
    private readonly StampedService _service;
    private readonly Connector _beside;
    private readonly Connector _user;
    private readonly Channel<ConnectionEvent>[] _events;

    private StampedSession(StampedService service, Connector beside, Connector user, Channel<ConnectionEvent>[] events, StampedUsers users) =>
        (_service, _beside, _user, _events, Users) = (service, beside, user, events, users);

    public StampedUsers Users { get; }

    /// <summary>What went to the wrong place.</summary>
    public IEnumerable<string> Wrong => [.. _service.Wrong, .. Users.Wrong];

    public static async Task<StampedSession> StartAsync(EndPoint relay, int session, int users, int standby, CancellationToken cancellationToken)
    {
        Channel<ConnectionEvent>[] events = [Channel.CreateUnbounded<ConnectionEvent>(), Channel.CreateUnbounded<ConnectionEvent>()];
        var via = new RendezvousEndPoint(new ConnectOptions(relay), SessionSecret.Generate()) { Standby = standby, MaxStandby = standby };
        var service = new StampedService(session);
        Connector beside = await Connector.ServerToSocketAsync(new ListenOptions(via), new ConnectOptions(service.EndPoint), Rendezvous.Patient() with { Events = events[0].Writer }, cancellationToken);
        Connector user = await Connector.ServerToSocketAsync(Rendezvous.Loopback, new ConnectOptions(via), Rendezvous.Patient() with { Events = events[1].Writer }, cancellationToken);
        return new StampedSession(service, beside, user, events, new StampedUsers(user.EndPointA!, session, users));
    }

    /// <summary>Stops the connectors, and looks at all that they have told: every connection ended once, with a reason, and so did whatever was turned away.</summary>
    public async Task ExpectReasonsAsync()
    {
        await _user.DisposeAsync().AsTask().InTimeAsync();
        await _beside.DisposeAsync().AsTask().InTimeAsync();
        foreach (Channel<ConnectionEvent> events in _events)
        {
            await EventStory.ExpectReasonsAsync(events);
        }

        Assert.Equal((0, 0, 0, 0), (_user.GetStats().ActiveConnections, _beside.GetStats().ActiveConnections, _user.GetPending(Side.A).Count, _beside.GetPending(Side.A).Count));
    }

    public async ValueTask DisposeAsync()
    {
        await _user.DisposeAsync();
        await _beside.DisposeAsync();
        await _service.DisposeAsync();
    }
}
