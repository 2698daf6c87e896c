using SocketConnector.Loops;
using SocketConnector.TestKit;
using SocketConnector.Transports;

namespace SocketConnector.Tests.Transports;

/// <summary>A dialer on a clock that stands still until it is told to pass.</summary>
internal sealed class ClockedDialer
{
    /// <summary>Of the whole dial.</summary>
    public static readonly TimeSpan Timeout = TimeSpan.FromMinutes(1);

    public ManualClock Clock { get; } = new();

    public Dialer Create(NameResolver? resolver = null) => new(Timeout, Clock, LoopGroup.Shared, resolver);

    /// <summary>Lets time pass until it has ended.</summary>
    public async Task PassAsync(Task dial)
    {
        while (!dial.IsCompleted)
        {
            await Eventually.TrueAsync(() => dial.IsCompleted || Clock.ActiveTimers == 2);
            Clock.Advance(TimeSpan.FromMilliseconds(1));
        }
    }
}
