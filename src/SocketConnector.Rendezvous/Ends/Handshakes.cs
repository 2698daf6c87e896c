namespace SocketConnector.Rendezvous.Ends;

/// <summary>
/// The deadlines of the handshakes under way. While there is room each has its whole time; when another partner needs the place, the oldest has
/// <see cref="ShortTime"/> in all. So whoever knows a session's name, and takes every place to say nothing, holds the next partner up by that.
/// </summary>
/// <param name="timeout">The whole time.</param>
/// <param name="time">The clock.</param>
internal sealed class Handshakes(TimeSpan timeout, TimeProvider time)
{
    /// <summary>Enough for three round trips over a poor line, one packet of which is lost.</summary>
    public static readonly TimeSpan ShortTime = TimeSpan.FromSeconds(3);

    private static readonly TimeSpan _soon = TimeSpan.FromMilliseconds(1);

    private readonly TimeSpan _timeout = timeout;
    private readonly TimeProvider _time = time;
    private readonly Lock _gate = new();
    private readonly LinkedList<Handshake> _unhurried = [];

    /// <summary>One begins.</summary>
    /// <returns>Disposed when it has ended.</returns>
    public Handshake Begin()
    {
        var handshake = new Handshake(this);
        lock (_gate)
        {
            _unhurried.AddLast(handshake.Node);
        }

        return handshake;
    }

    /// <summary>Its place is needed: the oldest that has its whole time yet loses what is over the short one.</summary>
    public void HurryOldest()
    {
        lock (_gate)
        {
            if (_unhurried.First is { } oldest)
            {
                _unhurried.Remove(oldest);
                oldest.Value.Hurry();
            }
        }
    }

    private void End(Handshake handshake)
    {
        lock (_gate)
        {
            handshake.Node.List?.Remove(handshake.Node);
        }
    }

    /// <summary>One of them.</summary>
    internal sealed class Handshake : IDisposable
    {
        private readonly Handshakes _all;
        private readonly CancellationTokenSource _deadline;
        private readonly long _begun;

        public Handshake(Handshakes all)
        {
            (_all, _deadline, _begun) = (all, new CancellationTokenSource(all._timeout, all._time), all._time.GetTimestamp());
            Node = new LinkedListNode<Handshake>(this);
        }

        public CancellationToken Deadline => _deadline.Token;

        public LinkedListNode<Handshake> Node { get; }

        /// <summary>Under the lock, so that it is not disposed meanwhile.</summary>
        public void Hurry()
        {
            TimeSpan left = (_all._timeout < ShortTime ? _all._timeout : ShortTime) - _all._time.GetElapsedTime(_begun);

            // Never at once, which would run its end here and now.
            _deadline.CancelAfter(left > _soon ? left : _soon);
        }

        public void Dispose()
        {
            _all.End(this);
            _deadline.Dispose();
        }
    }
}
