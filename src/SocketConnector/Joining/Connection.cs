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

    /// <summary>Ends the connection now: both peers see a reset. Does nothing once it has ended.</summary>
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
