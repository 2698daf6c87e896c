using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using Microsoft.Extensions.Logging;

namespace SocketConnector.Admin.Registry;

/// <summary>The connectors that the admin channel shows, in the order in which they were added.</summary>
internal sealed class ConnectorRegistry(TimeProvider time, ILogger log)
{
    private readonly Lock _gate = new();
    private ConnectorEntry[] _entries = [];
    private int _lastId;

    /// <summary>A snapshot.</summary>
    public IReadOnlyList<ConnectorEntry> Entries => Volatile.Read(ref _entries);

    public ConnectorEntry Add(Connector connector, Func<TimeSpan?, Task>? drain)
    {
        lock (_gate)
        {
            var entry = new ConnectorEntry((++_lastId).ToString(CultureInfo.InvariantCulture), connector, drain, time, log);
            Volatile.Write(ref _entries, [.. _entries, entry]);
            return entry;
        }
    }

    public void Remove(ConnectorEntry entry)
    {
        lock (_gate)
        {
            Volatile.Write(ref _entries, [.. _entries.Where(one => one != entry)]);
        }
    }

    /// <summary>By id, or by the name that the user gave it; of several with one name, none.</summary>
    public ConnectorEntry? Find(string idOrName)
    {
        IReadOnlyList<ConnectorEntry> entries = Entries;
        return entries.FirstOrDefault(entry => entry.Id == idOrName)
            ?? (entries.Where(entry => entry.Connector.Name == idOrName).Take(2).ToArray() is [var only] ? only : null);
    }

    /// <summary>Ids are unique in the process, so no two connectors have one.</summary>
    public bool TryFindConnection(long id, [NotNullWhen(true)] out ConnectorEntry? entry, [NotNullWhen(true)] out Connection? connection)
    {
        foreach (ConnectorEntry one in Entries)
        {
            if (one.Connector.FindConnection(id) is { } found)
            {
                (entry, connection) = (one, found);
                return true;
            }
        }

        (entry, connection) = (null, null);
        return false;
    }
}
