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

    /// <summary>The engine that relays its bytes.</summary>
    public RelayEngine Engine => _pair.Engine;

    /// <summary>Bytes delivered to B's socket so far.</summary>
    public long BytesAToB => _pair.BytesAToB;

    /// <summary>Bytes delivered to A's socket so far.</summary>
    public long BytesBToA => _pair.BytesBToA;

    /// <summary>Arbitrary data that the program attaches to the connection; starts with what the hook put into <see cref="JoinContext.Items"/>. Not thread-safe.</summary>
    public IDictionary<object, object?> Items => LazyInitializer.EnsureInitialized(ref _items, static () => new Dictionary<object, object?>());

    /// <summary>Completes when both streams are closed, with the reason and the side that caused it. Never faults.</summary>
    public Task<CloseInfo> Completion => _pair.Completion;

    /// <summary>What has been known of it since it was joined.</summary>
    public ConnectionFacts Facts => new(Id, PeerA, PeerB, JoinedAt);

    /// <summary>Its machine.</summary>
    internal JoinedPair Pair => _pair;

    /// <summary>What the kernel knows of a peer's socket now.</summary>
    /// <param name="side">The side.</param>
    /// <returns>A snapshot; <see langword="null"/> where the stream is no TCP socket or is closed, and on systems other than Linux.</returns>
    /// <exception cref="ArgumentOutOfRangeException">There is no such side.</exception>
    public TcpInfo? GetTcpInfo(Side side) => _pair.GetTcpInfo(Require.Known(side, nameof(side)));

    /// <summary>
    /// Ends the connection in order (<see cref="CloseReason.Ended"/>). What has already arrived at this machine is delivered, through the
    /// transformers, which see the end of their input. Then each peer sees the end of the stream, and both streams are closed. What a
    /// peer sends after this call is discarded: until it has received everything, and for at most another second. An idle connection
    /// ends at once. If a reader takes nothing for <see cref="ConnectorOptions.HalfCloseTimeout"/>, the connection is reset. Idempotent;
    /// can be combined with <see cref="Abort"/>.
    /// </summary>
    /// <remarks>
    /// Of a stream that is no socket, what was read from it counts as arrived. A peer that goes on sending after that second may see a
    /// reset behind the end.
    /// </remarks>
    /// <param name="cancellationToken">When cancelled, the connection is aborted; the task still completes successfully.</param>
    /// <returns>A task that completes with <see cref="Completion"/>, which says how the connection ended. Never faults.</returns>
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
