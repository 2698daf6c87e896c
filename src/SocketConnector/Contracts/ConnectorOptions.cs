using System.Diagnostics.Metrics;
using System.Threading.Channels;
using Microsoft.Extensions.Logging;

namespace SocketConnector;

/// <summary>Options of a connector as a whole. Immutable; use <c>with</c> to make a changed copy.</summary>
public sealed record ConnectorOptions
{
    /// <summary>
    /// Name of the connector; <see langword="null"/>, the default, for none. Its messages carry it (on standard error as
    /// <c>[name]</c> after the time, to a <see cref="LoggerFactory"/> as a scope with <c>ConnectorName</c>), and so do its measurements
    /// (the tag <c>socketconnector.connector.name</c>), so that several in one process can be told apart. It need not be unique.
    /// </summary>
    /// <exception cref="ArgumentException">Blank, over 128 characters, or with a control character or another invisible one.</exception>
    public string? Name { get; init => field = Require.Legible(value, nameof(Name)); }

    /// <summary>
    /// The grace period, 30 s by default: how long to wait for a first connection before closing. Once it has passed, the
    /// connector closes as soon as no connection is left. <see cref="System.Threading.Timeout.InfiniteTimeSpan"/> never closes by itself.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">Zero, negative or over 49 days.</exception>
    public TimeSpan GracePeriod { get; init => field = Require.Timeout(value, nameof(GracePeriod)); } = TimeSpan.FromSeconds(30);

    /// <summary>One absolute deadline for the admission of a socket, from when it exists until it may be joined; 30 s by default.</summary>
    /// <exception cref="ArgumentOutOfRangeException">Zero, negative or over 49 days.</exception>
    public TimeSpan AdmissionTimeout { get; init => field = Require.Timeout(value, nameof(AdmissionTimeout)); } = TimeSpan.FromSeconds(30);

    /// <summary>Deadline for each connect, name resolution included; 10 s by default.</summary>
    /// <exception cref="ArgumentOutOfRangeException">Zero, negative or over 49 days.</exception>
    public TimeSpan ConnectTimeout { get; init => field = Require.Timeout(value, nameof(ConnectTimeout)); } = TimeSpan.FromSeconds(10);

    /// <summary>Deadline for <see cref="BeforeJoining"/>, 30 s by default.</summary>
    /// <exception cref="ArgumentOutOfRangeException">Zero, negative or over 49 days.</exception>
    public TimeSpan JoinTimeout { get; init => field = Require.Timeout(value, nameof(JoinTimeout)); } = TimeSpan.FromSeconds(30);

    /// <summary>
    /// How long a connection may be idle once one side's end of stream has arrived; 60 s by default. Every byte restarts it.
    /// While both directions are open it applies only during <see cref="Connector.StopAsync"/> and <see cref="Connection.EndAsync"/>, and only
    /// to a reader that has stopped.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">Zero, negative or over 49 days.</exception>
    public TimeSpan HalfCloseTimeout { get; init => field = Require.Timeout(value, nameof(HalfCloseTimeout)); } = TimeSpan.FromSeconds(60);

    /// <summary>
    /// How long an admitted peer may wait for a partner before it is reset (<see cref="CloseReason.PendingTimeout"/>); infinite by default.
    /// Counts from when it becomes pending, also for a connection that was dialled in advance, and in a <see cref="PeerListener"/> until the
    /// peer is taken. A peer that waits only for its own dial is left to <see cref="ConnectTimeout"/>.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">Zero, negative or over 49 days.</exception>
    public TimeSpan PendingTimeout { get; init => field = Require.Timeout(value, nameof(PendingTimeout)); } = Timeout.InfiniteTimeSpan;

    /// <summary>
    /// How long a connection may go without a byte read or written, either way, before it is reset (<see cref="CloseReason.IdleTimeout"/>);
    /// infinite by default. Counts from the join, and anew from every byte. TCP keep-alive probes are no bytes. On Linux, a peer that is
    /// still taking what the system holds for it is not idle; one that has stopped taking it is reset after twice this time at most.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">Zero, negative or over 49 days.</exception>
    public TimeSpan IdleTimeout { get; init => field = Require.Timeout(value, nameof(IdleTimeout)); } = Timeout.InfiniteTimeSpan;

    /// <summary>
    /// How long a connection may last, from the join, whatever moves; infinite by default. It is then reset
    /// (<see cref="CloseReason.LifetimeReached"/>), because an end in order would let a peer take half a message for a whole one. Use
    /// <see cref="Connection.EndAsync"/> to end a connection in order.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">Zero, negative or over 49 days.</exception>
    public TimeSpan MaxLifetime { get; init => field = Require.Timeout(value, nameof(MaxLifetime)); } = Timeout.InfiniteTimeSpan;

    /// <summary>
    /// Bytes that all connections together, both directions counted, may relay in a second; <see langword="null"/>, the default, for no
    /// limit. Directions that have something to send get equal shares, and what one does not use goes to the others. Peers are slowed down through
    /// TCP. Within 5 % over any two seconds; no more than a tenth of it at once.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">Under 1 KiB or over 1 TiB.</exception>
    public long? Bandwidth { get; init => field = value is null ? null : Require.Bandwidth(value.Value, nameof(Bandwidth)); }

    /// <summary>TCP keep-alive for every socket, accepted or connected; <see langword="null"/> turns it off.</summary>
    public KeepAliveOptions? KeepAlive { get; init; } = new();

    /// <summary>
    /// Logs the life of each connection on standard error; warnings are always logged. Ignored if there is a
    /// <see cref="LoggerFactory"/>: its filter decides.
    /// </summary>
    public bool Verbose { get; init; }

    /// <summary>
    /// Logs the traffic (category <c>SocketConnector.Traffic</c>, level Information): printable ASCII as it is, any other byte
    /// as <c>*</c>, at most 1 024 bytes of each chunk. A non-ASCII character of UTF-8 is two to four <c>*</c>, and a <c>*</c>
    /// that was sent looks the same. <see cref="Traffic"/> has other forms, and shows less of it. The filter of a <see cref="LoggerFactory"/> can suppress it but not turn it on, so that peers'
    /// bytes never get into a log by accident.
    /// </summary>
    public bool LogTraffic { get; init; }

    /// <summary>How <see cref="LogTraffic"/> shows the traffic, and how much of it. Shows nothing by itself.</summary>
    /// <exception cref="ArgumentNullException">It is null.</exception>
    public TrafficOptions Traffic { get; init => field = Require.NotNull(value, nameof(Traffic)); } = new();

    /// <summary>
    /// Asked for a tap for each connection that is joined, before any byte is relayed; it returns <see langword="null"/> for a connection
    /// that is to have none. It must not block. If it throws, that connection has no tap, and a warning says so.
    /// <see cref="Connector.AttachToNew"/> adds others while the connector runs.
    /// </summary>
    public Func<ConnectionFacts, Tap?>? NewTap { get; init; }

    /// <summary>
    /// Keeps what passes below TLS until a peer is joined, for taps that see the wire (<see cref="Tap.SeesWire"/>): without it they begin behind
    /// the handshake. Costs up to 128 KiB for each peer over TLS that is not joined yet. Off by default.
    /// </summary>
    public bool KeepHandshakes { get; init; }

    /// <summary>Runs for each connection, before any byte is relayed. If it throws, or outlasts <see cref="JoinTimeout"/>, that connection alone is lost.</summary>
    public BeforeJoining? BeforeJoining { get; init; }

    /// <summary>
    /// Relay engine. By default the fastest one that the system and each connection allow; <see cref="EngineChoice.Portable"/>
    /// always uses the .NET sockets. <see cref="Connection.Engine"/> reports which one was chosen.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">There is no such choice.</exception>
    public EngineChoice Engine { get; init => field = Require.Choice(value, nameof(Engine)); }

    /// <summary>
    /// Size of each direction's buffer in the portable engine, and the most unread input that a verifier can ask for: 64 KiB by default.
    /// The Linux engine moves 64 KiB at a time whatever this says. An idle connection holds no buffer.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">Under 1 KiB or over 16 MiB.</exception>
    public int BufferSize { get; init => field = Require.InRange(value, Require.MinBufferSize, Require.MaxBufferSize, nameof(BufferSize)); } = 64 * 1024;

    /// <summary>
    /// Receives an event when a connection is joined and when it has ended, when a peer has to wait for its partner, and when a peer
    /// is closed without having been joined. A failed dial that the caller awaits throws to the caller and raises no event. An event that
    /// the writer does not accept at once (a full channel) is dropped and counted in <see cref="ConnectorStats.LostEvents"/>; if
    /// <see cref="ConnectionEventKind.Joined"/> was dropped, so is the <see cref="ConnectionEventKind.Closed"/> of that connection. The
    /// connector never completes the channel.
    /// <see cref="ChannelWriter{T}.TryWrite"/> is called on the thread pool, one call at a time, so a reader whose continuation runs
    /// inside it delays no connection; up to 16 384 events are queued for it. All events are written before
    /// <see cref="Connector.Completion"/> completes, unless a call takes a second.
    /// </summary>
    public ChannelWriter<ConnectionEvent>? Events { get; init; }

    /// <summary>
    /// Where messages go; by default, plain lines on standard error, coloured on a terminal. The filter of the factory alone decides
    /// what is logged: category <c>SocketConnector</c>, Debug for the life of each connection, Information for that of the
    /// connector, Warning for what went wrong. A change of the filter takes effect within a second. A logger is called on the thread pool, one
    /// message at a time; up to 4 096 are queued for it. Lost messages are counted in <see cref="ConnectorStats.LostLogMessages"/>.
    /// </summary>
    public ILoggerFactory? LoggerFactory { get; init; }

    /// <summary>
    /// The clock and the timers; the system's by default. If it throws, the system's clock is used instead, and a warning is logged once.
    /// It must not block: it is read for every chunk of bytes.
    /// </summary>
    /// <exception cref="ArgumentNullException">Null.</exception>
    public TimeProvider TimeProvider { get; init => field = Require.NotNull(value, nameof(TimeProvider)); } = TimeProvider.System;

    /// <summary>
    /// Creates the meter <c>SocketConnector</c>; <see langword="null"/>, the default, for no metrics. Listeners are called on the thread pool
    /// and may receive the sum of several connections in one measurement. Lost ones are counted in <see cref="ConnectorStats.LostMeasurements"/>.
    /// </summary>
    public IMeterFactory? MeterFactory { get; init; }
}
