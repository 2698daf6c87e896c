namespace SocketConnector;

/// <summary>TCP keep-alive probes (RFC 9293, section 3.8.4; tcp(7)), set on every socket before anything else happens on it.</summary>
/// <remarks>A peer that vanished is noticed after <see cref="Idle"/> plus <see cref="Count"/> times <see cref="Interval"/>: 110 seconds by default.</remarks>
public sealed record KeepAliveOptions
{
    /// <summary>Silence before the first probe, in whole seconds; 60 s by default.</summary>
    /// <exception cref="ArgumentOutOfRangeException">Under 1 s or over 32 767 s, what tcp(7) takes.</exception>
    public TimeSpan Idle { get; init => field = Require.WholeSeconds(value, nameof(Idle)); } = TimeSpan.FromSeconds(60);

    /// <summary>Time between probes that are not answered, in whole seconds; 10 s by default.</summary>
    /// <exception cref="ArgumentOutOfRangeException">Under 1 s or over 32 767 s, what tcp(7) takes.</exception>
    public TimeSpan Interval { get; init => field = Require.WholeSeconds(value, nameof(Interval)); } = TimeSpan.FromSeconds(10);

    /// <summary>How many probes in a row may go unanswered before the connection is dropped; 5 by default.</summary>
    /// <exception cref="ArgumentOutOfRangeException">Under 1 or over 127, what tcp(7) takes.</exception>
    public int Count { get; init => field = Require.InRange(value, 1, 127, nameof(Count)); } = 5;
}
