using System.Diagnostics;

namespace SocketConnector.Diagnostics;

/// <summary>
/// Writes the spans of one connector. Samplers and listeners are a user's code, so spans are made on the thread pool, in order, with the
/// times at which things have happened; none is ever current where bytes are relayed or another user's code runs.
/// </summary>
/// <param name="time">The clock.</param>
/// <param name="name">The connector's, if it has one.</param>
internal sealed class Tracing(TimeProvider time, string? name)
{
    internal const string SourceName = "SocketConnector";

    // A connection has about ten.
    private const int MaxQueued = 16 * 1024;

    private readonly TellingQueue _queue = new(MaxQueued);
    private long _lost;

    public static ActivitySource Source { get; } = new(SourceName, typeof(Tracing).Assembly.GetName().Version?.ToString(3));

    /// <summary>Whether anybody listens, in the whole process. Without that nothing is traced.</summary>
    public static bool IsOn => Source.HasListeners();

    /// <summary>How many spans a listener failed on, or was too far behind for.</summary>
    public long Lost => Volatile.Read(ref _lost);

    public string? ConnectorName => name;

    public DateTimeOffset Now => time.GetUtcNow();

    /// <summary>Calls what makes a span, later.</summary>
    public void Add(Action making) => _queue.TryAdd(new Making(this, making));

    public Task DrainedAsync() => _queue.DrainedAsync();

    private sealed class Making(Tracing tracing, Action making) : Telling
    {
        public override void Tell()
        {
            try
            {
                making();
            }
            finally
            {
                // Starting one makes it current, and the next would be its child.
                Activity.Current = null;
            }
        }

        public override void Lost() => Interlocked.Increment(ref tracing._lost);
    }
}
