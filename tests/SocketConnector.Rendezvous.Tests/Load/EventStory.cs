using System.Threading.Channels;

namespace SocketConnector.Rendezvous.Tests.Load;

/// <summary>What a connector has told from its start to its end.</summary>
internal static class EventStory
{
    /// <summary>Every connection that was joined has ended once, and whatever has ended has a reason.</summary>
    /// <param name="events">Of a connector that has stopped.</param>
    public static async Task ExpectReasonsAsync(Channel<ConnectionEvent> events)
    {
        events.Writer.Complete();
        var open = new HashSet<long>();
        await foreach (ConnectionEvent one in events.Reader.ReadAllAsync())
        {
            switch (one.Kind)
            {
                case ConnectionEventKind.Joined:
                    Assert.True(open.Add(one.ConnectionId!.Value), $"#{one.ConnectionId} was joined twice");
                    break;
                case ConnectionEventKind.Closed:
                    Assert.True(open.Remove(one.ConnectionId!.Value), $"#{one.ConnectionId} has ended twice, or was never joined");
                    ExpectReason(one);
                    break;
                case ConnectionEventKind.Refused:
                    ExpectReason(one);
                    Assert.False(string.IsNullOrEmpty(one.Detail), $"{one.PeerA} and {one.PeerB} were turned away by {one.Closed}, with no word why");
                    break;
            }
        }

        Assert.Empty(open);
    }

    private static void ExpectReason(ConnectionEvent one) => Assert.True(one.Closed is { } closed && Enum.IsDefined(closed.Reason), $"{one} has no reason");
}
