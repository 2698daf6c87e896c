using System.Buffers;
using System.Text;
using System.Text.Json;

namespace SocketConnector;

/// <summary>What a connector has done so far: a snapshot that no longer changes.</summary>
public sealed record ConnectorStats
{
    /// <summary>How many pairs of sockets were joined.</summary>
    public required long SocketPairs { get; init; }

    /// <summary>How many of them are joined now.</summary>
    public required int ActiveConnections { get; init; }

    /// <summary>How many peers of side A are admitted and wait for a partner now.</summary>
    public int PendingA { get; init; }

    /// <summary>How many peers of side B are admitted and wait for a partner now.</summary>
    public int PendingB { get; init; }

    /// <summary>How many peers of both sides are connected and not admitted yet.</summary>
    public int Admitting { get; init; }

    /// <summary>Bytes delivered to sockets of side B.</summary>
    public required long BytesAToB { get; init; }

    /// <summary>Bytes delivered to sockets of side A.</summary>
    public required long BytesBToA { get; init; }

    /// <summary>How many connections, and peers that were never joined, were closed: by reason and side.</summary>
    public required IReadOnlyList<CloseCount> Closed { get; init; }

    /// <summary>Peers joined on side A, by address: the 256 addresses seen last.</summary>
    public required IReadOnlyList<RemoteAddressStats> RemotesA { get; init; }

    /// <summary>Peers joined on side B, by address: the 256 addresses seen last.</summary>
    public required IReadOnlyList<RemoteAddressStats> RemotesB { get; init; }

    /// <summary>Peers joined on side A that have a <see cref="Peer.Identity"/>: the 256 identities seen last.</summary>
    public IReadOnlyList<IdentityStats> IdentitiesA { get; init; } = [];

    /// <summary>Peers joined on side B that have a <see cref="Peer.Identity"/>: the 256 identities seen last.</summary>
    public IReadOnlyList<IdentityStats> IdentitiesB { get; init; } = [];

    /// <summary>How many messages were lost: the logger failed on them, or was too far behind.</summary>
    public required long LostLogMessages { get; init; }

    /// <summary>How many events did not fit into <see cref="ConnectorOptions.Events"/> or a writer of <see cref="Connector.AddEvents"/>, or failed there.</summary>
    public required long LostEvents { get; init; }

    /// <summary>How many measurements and spans were lost: a listener failed on them, or was too far behind.</summary>
    public long LostMeasurements { get; init; }

    /// <summary>The snapshot as one JSON object, in camel case; times as in ISO 8601.</summary>
    /// <returns>The text.</returns>
    public string ToJson()
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartObject();
            json.WriteNumber("socketPairs"u8, SocketPairs);
            json.WriteNumber("activeConnections"u8, ActiveConnections);
            json.WriteNumber("pendingA"u8, PendingA);
            json.WriteNumber("pendingB"u8, PendingB);
            json.WriteNumber("admitting"u8, Admitting);
            json.WriteNumber("bytesAToB"u8, BytesAToB);
            json.WriteNumber("bytesBToA"u8, BytesBToA);
            json.WriteStartArray("closed"u8);
            foreach (CloseCount closed in Closed)
            {
                json.WriteStartObject();
                json.WriteString("reason"u8, CloseReasonName.InJson(closed.Reason));
                json.WriteString("side"u8, closed.Side?.ToString());
                json.WriteNumber("count"u8, closed.Count);
                json.WriteEndObject();
            }

            json.WriteEndArray();
            WriteRemotes(json, "remotesA", RemotesA);
            WriteRemotes(json, "remotesB", RemotesB);
            WriteIdentities(json, "identitiesA", IdentitiesA);
            WriteIdentities(json, "identitiesB", IdentitiesB);
            json.WriteNumber("lostLogMessages"u8, LostLogMessages);
            json.WriteNumber("lostEvents"u8, LostEvents);
            json.WriteNumber("lostMeasurements"u8, LostMeasurements);
            json.WriteEndObject();
        }

        return Encoding.UTF8.GetString(buffer.WrittenSpan);
    }

    private static void WriteRemotes(Utf8JsonWriter json, string name, IReadOnlyList<RemoteAddressStats> remotes)
    {
        json.WriteStartArray(name);
        foreach (RemoteAddressStats remote in remotes)
        {
            json.WriteStartObject();
            json.WriteString("address"u8, remote.Address);
            json.WriteNumber("sockets"u8, remote.Sockets);
            json.WriteStartArray("recent"u8);
            foreach (RemoteSocket socket in remote.Recent)
            {
                json.WriteStartObject();
                if (socket.Port is int port)
                {
                    json.WriteNumber("port"u8, port);
                }

                json.WriteString("connectedAt"u8, socket.ConnectedAt);
                json.WriteEndObject();
            }

            json.WriteEndArray();
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    private static void WriteIdentities(Utf8JsonWriter json, string name, IReadOnlyList<IdentityStats> identities)
    {
        json.WriteStartArray(name);
        foreach (IdentityStats identity in identities)
        {
            json.WriteStartObject();
            json.WriteString("identity"u8, identity.Identity);
            json.WriteNumber("sockets"u8, identity.Sockets);
            json.WriteNumber("activeSockets"u8, identity.ActiveSockets);
            json.WriteString("lastConnectedAt"u8, identity.LastConnectedAt);
            json.WriteNumber("bytesReceived"u8, identity.BytesReceived);
            json.WriteNumber("bytesSent"u8, identity.BytesSent);
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }
}

/// <summary>How often something was closed for one reason by one side.</summary>
public sealed record CloseCount
{
    internal CloseCount(CloseReason reason, Side? side, long count) => (Reason, Side, Count) = (reason, side, count);

    /// <summary>The reason.</summary>
    public CloseReason Reason { get; }

    /// <summary>The side that caused it, if one did.</summary>
    public Side? Side { get; }

    /// <summary>How often.</summary>
    public long Count { get; }
}

/// <summary>The sockets that were joined from one address.</summary>
public sealed record RemoteAddressStats
{
    internal RemoteAddressStats(string address, long sockets, IReadOnlyList<RemoteSocket> recent) =>
        (Address, Sockets, Recent) = (address, sockets, recent);

    /// <summary>The IP address, the path of a Unix socket, or the text of an end point of another kind.</summary>
    public string Address { get; }

    /// <summary>How many there were since the address was last new.</summary>
    public long Sockets { get; }

    /// <summary>The last 32 of them, oldest first.</summary>
    public IReadOnlyList<RemoteSocket> Recent { get; }
}

/// <summary>One socket of an address.</summary>
public sealed record RemoteSocket
{
    internal RemoteSocket(int? port, DateTimeOffset connectedAt) => (Port, ConnectedAt) = (port, connectedAt);

    /// <summary>Its port; none for a Unix socket.</summary>
    public int? Port { get; }

    /// <summary>When it was accepted, connected or added.</summary>
    public DateTimeOffset ConnectedAt { get; }
}
