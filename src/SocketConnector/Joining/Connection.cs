using SocketConnector.Joining;
using SocketConnector.Pumping;
using SocketConnector.Sockets;

namespace SocketConnector;

/// <summary>A peer of side A joined to a peer of side B. Both of their streams are closed when <see cref="Completion"/> finishes.</summary>
public sealed class Connection
{
    private readonly JoinedPair _pair;
    private readonly long _joinedAt;
    private IDictionary<object, object?>? _items;

    internal Connection(PeerStream a, PeerStream b, JoinContext context, IPump pump, ConnectionServices host)
    {
        (Id, _items, _joinedAt) = (context.Id, context.ItemsOrNull, host.Options.TimeProvider.GetUtcNow().UtcTicks);
        _pair = new JoinedPair(this, a, b, context, pump, host);
    }

    /// <summary>Unique in this process, counted up from 1. Logs and events name the connection by it.</summary>
    public long Id { get; }

    /// <summary>The peer on side A.</summary>
    public Peer PeerA => _pair.PeerA;

    /// <summary>The peer on side B.</summary>
    public Peer PeerB => _pair.PeerB;

    /// <summary>When the two were joined.</summary>
    public DateTimeOffset JoinedAt => new(_joinedAt, TimeSpan.Zero);

    /// <summary>What moves its bytes.</summary>
    public RelayEngine Engine => _pair.Engine;

    /// <summary>Bytes delivered to B's socket so far.</summary>
    public long BytesAToB => _pair.BytesAToB;

    /// <summary>Bytes delivered to A's socket so far.</summary>
    public long BytesBToA => _pair.BytesBToA;

    /// <summary>Whatever a program wants to keep with it; what its hook put there is there already. Empty at first; not thread-safe.</summary>
    public IDictionary<object, object?> Items => LazyInitializer.EnsureInitialized(ref _items, static () => new Dictionary<object, object?>());

    /// <summary>Finishes, and never fails, when both streams are closed; says why, and by which side.</summary>
    public Task<CloseInfo> Completion => _pair.Completion;

    /// <summary>Its machine.</summary>
    internal JoinedPair Pair => _pair;

    /// <summary>
    /// Ends the connection in order. Nothing is read from either peer from now on but what has arrived at this machine already; that is
    /// delivered, through the transformers, which see the end of their input; behind it each peer sees the end of the stream, and then
    /// both streams are closed (<see cref="CloseReason.Ended"/>). What a peer sends later is dropped: for as long as it has not taken
    /// everything, and for another second at most. An idle connection ends at once. A reader that takes nothing for
    /// <see cref="ConnectorOptions.HalfCloseTimeout"/> ends it with a reset. May be called again, beside <see cref="Abort"/>, and after the end.
    /// </summary>
    /// <remarks>
    /// Of a stream that is no socket, what was read from it counts as arrived. A peer that goes on sending after that second may see a
    /// reset behind the end.
    /// </remarks>
    /// <param name="cancellationToken">When cancelled, the connection is aborted; the task still finishes in order.</param>
    /// <returns>A task that finishes, and never fails, with <see cref="Completion"/>, which tells how it ended.</returns>
    public async Task EndAsync(CancellationToken cancellationToken = default)
    {
        CancellationTokenRegistration abort = cancellationToken.UnsafeRegister(static state => ((JoinedPair)state!).Abort(), _pair);
        await using (abort.ConfigureAwait(false))
        {
            _pair.EndInOrder();
            await Completion.ConfigureAwait(false);
        }
    }

    /// <summary>Ends the connection now: both peers see a reset. Does nothing once it has ended. <see cref="EndAsync"/> ends it in order.</summary>
    public void Abort() => _pair.Abort();

    /// <summary>
    /// Attaches a tap, which sees what is read from now on: every byte that a peer sends after this has returned is seen, or counted
    /// as missed. Where the connection has ended already, <see cref="Tap.OnClosed"/> is called at once, on the thread pool.
    /// </summary>
    /// <param name="tap">Not attached before.</param>
    /// <returns>Detaches the tap when disposed.</returns>
    /// <exception cref="InvalidOperationException">The tap was attached before.</exception>
    public IDisposable Attach(Tap tap)
    {
        ArgumentNullException.ThrowIfNull(tap);
        return _pair.Attach(tap);
    }
}
