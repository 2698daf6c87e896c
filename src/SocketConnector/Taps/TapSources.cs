using SocketConnector.Diagnostics;

namespace SocketConnector.Taps;

/// <summary>Whoever wants a tap on each new connection of a connector. Runs a user's code, and guards it.</summary>
/// <param name="observer">The connector's.</param>
/// <param name="first">Those that the options name; none where they do not.</param>
internal sealed class TapSources(Observer observer, params IEnumerable<Func<ConnectionFacts, Tap?>?> first)
{
    private readonly Lock _gate = new();
    private Source[] _sources = [.. first.OfType<Func<ConnectionFacts, Tap?>>().Select(static newTap => new Source(newTap))];

    public bool IsEmpty => Volatile.Read(ref _sources).Length == 0;

    /// <summary>Asks it from the next connection on.</summary>
    /// <returns>Asks it no more when disposed; a connection that is joined just then may still have asked.</returns>
    public IDisposable Add(Func<ConnectionFacts, Tap?> newTap)
    {
        var source = new Source(newTap) { Owner = this };
        lock (_gate)
        {
            Volatile.Write(ref _sources, [.. _sources, source]);
        }

        return source;
    }

    /// <summary>Attaches what each has for a connection. Comes before its first byte.</summary>
    public void AttachTo(ConnectionFacts connection, Func<Tap, IDisposable> attach)
    {
        foreach (Source source in Volatile.Read(ref _sources))
        {
            try
            {
                if (source.NewTap(connection) is { } tap)
                {
                    attach(tap);
                }
            }
            catch (Exception error)
            {
                observer.Log.NewTapFailed(connection.Id, ErrorText.Of(error));
            }
        }
    }

    private sealed class Source(Func<ConnectionFacts, Tap?> newTap) : IDisposable
    {
        public Func<ConnectionFacts, Tap?> NewTap => newTap;

        public TapSources? Owner { get; init; }

        public void Dispose()
        {
            lock (Owner!._gate)
            {
                Volatile.Write(ref Owner._sources, [.. Owner._sources.Where(one => one != this)]);
            }
        }
    }
}
