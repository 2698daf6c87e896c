using System.Collections.Concurrent;
using System.Globalization;
using Microsoft.Extensions.Logging;

namespace SocketConnector.Rendezvous.Relay;

/// <summary>Ends pairs that have moved more, or lasted longer, than the tickets of their ends allow. Looks once a second, and only while there is such a pair.</summary>
internal sealed class Quotas : IDisposable
{
    private static readonly TimeSpan _interval = TimeSpan.FromSeconds(1);

    private readonly ConcurrentDictionary<Connection, (long? Bytes, TimeSpan? Time, long Begun)> _watched = [];
    private readonly TimeProvider _time;
    private readonly ILogger _log;
    private readonly ITimer _timer;
    private bool _isLooking;

    public Quotas(TimeProvider time, ILogger log)
    {
        (_time, _log) = (time, log);
        _timer = time.CreateTimer(static quotas => ((Quotas)quotas!).Look(), this, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }

    /// <summary>The smaller of what both tickets allow holds.</summary>
    public void Watch(Connection connection, Ticket? one, Ticket? other)
    {
        long? bytes = Least(one?.MaxBytes, other?.MaxBytes);
        TimeSpan? time = Least(one?.MaxDuration, other?.MaxDuration);
        if (bytes is not null || time is not null)
        {
            _watched[connection] = (bytes, time, _time.GetTimestamp());
            LookSoon();
        }
    }

    public void Dispose() => _timer.Dispose();

    private static T? Least<T>(T? one, T? other)
        where T : struct, IComparable<T> => one is null ? other : other is null || one.Value.CompareTo(other.Value) <= 0 ? one : other;

    private void Look()
    {
        foreach ((Connection connection, (long? bytes, TimeSpan? time, long begun)) in _watched)
        {
            string? limit = bytes is { } most && connection.BytesAToB + connection.BytesBToA > most ? string.Create(CultureInfo.InvariantCulture, $"{most} bytes")
                : time is { } longest && _time.GetElapsedTime(begun) > longest ? string.Create(CultureInfo.InvariantCulture, $"{longest.TotalSeconds:0} s")
                : null;
            if (connection.Completion.IsCompleted)
            {
                _watched.TryRemove(connection, out _);
            }
            else if (limit is not null && _watched.TryRemove(connection, out _))
            {
                connection.Abort();
                _log.Exceeded(connection.Id, limit);
            }
        }

        Volatile.Write(ref _isLooking, false);
        if (!_watched.IsEmpty)
        {
            LookSoon();
        }
    }

    private void LookSoon()
    {
        // One that comes while it looks, or is about to, must not put it off.
        if (!Interlocked.Exchange(ref _isLooking, true))
        {
            _timer.Change(_interval, Timeout.InfiniteTimeSpan);
        }
    }
}
