using System.Net;
using System.Net.Sockets;
using SocketConnector.Diagnostics;
using SocketConnector.Sockets;

namespace SocketConnector.Transports;

/// <summary>Looks up the addresses of a name; <see cref="Dns.GetHostAddressesAsync(string, AddressFamily, CancellationToken)"/> is one.</summary>
internal delegate Task<IPAddress[]> NameResolver(string name, AddressFamily family, CancellationToken cancellationToken);

/// <summary>
/// The addresses of a few names, each looked up once at a time, and which one connected last. Thread-safe.
/// </summary>
internal sealed class NameCache(NameResolver resolve, TimeProvider time)
{
    /// <summary>One connector dials few names; of more, the one that was not asked for longest is forgotten.</summary>
    internal const int MaxNames = 64;

    // System.Net.Dns does not tell the time to live.
    private static readonly TimeSpan _believed = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan _failureBelieved = TimeSpan.FromSeconds(1);

    private readonly Lock _gate = new();
    private readonly Dictionary<(string Name, AddressFamily Family), Entry> _entries = [];
    private long _asked;

    /// <summary>What is known now, if it is.</summary>
    public IPAddress[]? Known(DnsEndPoint name)
    {
        lock (_gate)
        {
            return _entries.TryGetValue(KeyOf(name), out Entry? entry) && IsFresh(entry) ? entry.Answer!.Addresses : null;
        }
    }

    /// <summary>
    /// Returns the cached answer, or awaits the lookup under way, starting one if there is none. Cancelling abandons the wait, not the
    /// lookup, which others may share.
    /// </summary>
    /// <exception cref="SocketException">The name is not known.</exception>
    /// <exception cref="OperationCanceledException">Given up.</exception>
    public async ValueTask<IPAddress[]> FindAsync(DnsEndPoint name, CancellationToken cancellationToken)
    {
        Task<Answer> lookup;
        lock (_gate)
        {
            Entry entry = EntryOf(name);
            if (IsFresh(entry))
            {
                return entry.Answer!.Get();
            }

            // On the pool, since a resolver may block; and without the token of the one who happens to come first.
            lookup = entry.Lookup ??= Task.Run(() => LookUpAsync(name, entry), CancellationToken.None);
        }

        return (await lookup.WaitAsync(cancellationToken).ConfigureAwait(false)).Get();
    }

    /// <summary>The address that connected last; none where the name is new here.</summary>
    public IPAddress? Winner(DnsEndPoint name)
    {
        lock (_gate)
        {
            return _entries.GetValueOrDefault(KeyOf(name))?.Winner;
        }
    }

    /// <summary>An address of the name has connected.</summary>
    public void Remember(DnsEndPoint name, IPAddress winner)
    {
        lock (_gate)
        {
            if (_entries.TryGetValue(KeyOf(name), out Entry? entry))
            {
                entry.Winner = winner;
            }
        }
    }

    private static (string Name, AddressFamily Family) KeyOf(DnsEndPoint name) => (name.Host.ToLowerInvariant(), name.AddressFamily);

    /// <summary>Never fails.</summary>
    private async Task<Answer> LookUpAsync(DnsEndPoint name, Entry entry)
    {
        Answer answer;
        try
        {
            IPAddress[] found = await resolve(name.Host, name.AddressFamily, CancellationToken.None).ConfigureAwait(false);
            answer = found.Length > 0 ? new Answer(found, null) : new Answer(null, new SocketException((int)SocketError.HostNotFound));
        }
        catch (SocketException error)
        {
            answer = new Answer(null, error);
        }
        catch (Exception error)
        {
            answer = new Answer(null, new ExplainedSocketException(SocketError.HostNotFound, LegibleText.Of(ErrorText.Of(error))));
        }

        lock (_gate)
        {
            (entry.Answer, entry.AnsweredAt, entry.Lookup) = (answer, time.GetTimestamp(), null);
        }

        return answer;
    }

    private Entry EntryOf(DnsEndPoint name)
    {
        if (!_entries.TryGetValue(KeyOf(name), out Entry? entry))
        {
            if (_entries.Count >= MaxNames)
            {
                _entries.Remove(_entries.MinBy(static each => each.Value.AskedAt).Key);
            }

            _entries[KeyOf(name)] = entry = new Entry();
        }

        entry.AskedAt = ++_asked;
        return entry;
    }

    private bool IsFresh(Entry entry) =>
        entry.Answer is { } answer && time.GetElapsedTime(entry.AnsweredAt) < (answer.Addresses is null ? _failureBelieved : _believed);

    private sealed record Answer(IPAddress[]? Addresses, SocketException? Failure)
    {
        // A new one each time: an exception that is thrown twice at once has the traces of both.
        public IPAddress[] Get() => Addresses ?? throw (Failure is ExplainedSocketException explained
            ? new ExplainedSocketException(explained.SocketErrorCode, explained.Message)
            : new SocketException((int)Failure!.SocketErrorCode));
    }

    private sealed class Entry
    {
        public Answer? Answer { get; set; }

        public long AnsweredAt { get; set; }

        public long AskedAt { get; set; }

        public Task<Answer>? Lookup { get; set; }

        public IPAddress? Winner { get; set; }
    }
}
