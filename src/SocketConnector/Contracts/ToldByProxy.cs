using System.Buffers;
using SocketConnector.ProxyProtocol;

namespace SocketConnector;

/// <summary>What a PROXY header has told of a peer. Keeps nothing of the buffer that the header was in.</summary>
internal sealed class ToldByProxy
{
    private readonly byte[] _tlvs;

    public ToldByProxy(in ProxyHeader header)
    {
        (_tlvs, IsLocal) = (header.Tlvs.Bytes.ToArray(), header.IsLocal);

        // Both or neither: one that was told beside one of the socket's own would be a connection that never was.
        if (header.Source is { } source && header.Destination is { } destination)
        {
            (Remote, Local) = (CompactEndPoint.Of(source), CompactEndPoint.Of(destination));
        }
    }

    /// <summary>Whether the load balancer speaks for itself.</summary>
    public bool IsLocal { get; }

    /// <summary>Unknown where the connection's own holds.</summary>
    public CompactEndPoint Remote { get; }

    /// <summary>Where the peer had connected to; unknown where the connection's own holds.</summary>
    public CompactEndPoint Local { get; }

    public ProxyTlvs Tlvs => new(new ReadOnlySequence<byte>(_tlvs));
}
