using System.Buffers;
using System.Net;
using System.Net.Sockets;

namespace SocketConnector.ProxyProtocol;

/// <summary>
/// What a PROXY protocol header says of the connection that it precedes. Made by <see cref="Parse"/> without an allocation; valid as long
/// as the buffer that it was parsed from, because Unix paths and <see cref="Tlvs"/> point into that.
/// </summary>
/// <remarks>The format is defined in HAProxy's <c>doc/proxy-protocol.txt</c>.</remarks>
public readonly struct ProxyHeader
{
    /// <summary>The longest header of version 1, in bytes, line end included.</summary>
    public const int MaxLengthV1 = 107;

    /// <summary>The longest header of version 2, in bytes.</summary>
    public const int MaxLengthV2 = Version2.FixedLength + ushort.MaxValue;

    private readonly UInt128 _sourceAddress;
    private readonly UInt128 _destinationAddress;
    private readonly ushort _sourcePort;
    private readonly ushort _destinationPort;
    private readonly ReadOnlySequence<byte> _sourcePath;
    private readonly ReadOnlySequence<byte> _destinationPath;

    private ProxyHeader(int version, int length, bool isLocal, ProxyFamily family, ProxyTransport transport) =>
        (Version, Length, IsLocal, Family, Transport) = (version, length, isLocal, family, transport);

    /// <summary>A header of an IP family.</summary>
    internal ProxyHeader(
        int version, int length, ProxyFamily family, ProxyTransport transport, UInt128 source, UInt128 destination, ushort sourcePort, ushort destinationPort, ProxyTlvs tlvs = default)
        : this(version, length, isLocal: false, family, transport) =>
        (_sourceAddress, _destinationAddress, _sourcePort, _destinationPort, Tlvs) = (source, destination, sourcePort, destinationPort, tlvs);

    /// <summary>A header of the Unix family, whose paths are of 108 bytes.</summary>
    internal ProxyHeader(int length, ProxyTransport transport, ReadOnlySequence<byte> source, ReadOnlySequence<byte> destination, ProxyTlvs tlvs)
        : this(version: 2, length, isLocal: false, ProxyFamily.Unix, transport) =>
        (_sourcePath, _destinationPath, Tlvs) = (source, destination, tlvs);

    /// <summary>A header that names no address.</summary>
    internal ProxyHeader(int version, int length, bool isLocal, ProxyTransport transport = ProxyTransport.Unspecified, ProxyTlvs tlvs = default)
        : this(version, length, isLocal, ProxyFamily.Unspecified, transport) =>
        Tlvs = tlvs;

    /// <summary>1, for a line of text, or 2, for a binary header.</summary>
    public int Version { get; }

    /// <summary>Its length in bytes: the stream that it precedes begins behind that.</summary>
    public int Length { get; }

    /// <summary>Whether the sender connected on its own behalf, for a health check for instance: the connection's own addresses hold.</summary>
    public bool IsLocal { get; }

    /// <summary>The family of the addresses. Where it is <see cref="ProxyFamily.Unspecified"/> the connection's own addresses hold.</summary>
    public ProxyFamily Family { get; }

    /// <summary>Whether the original connection was a stream. Version 1 knows TCP only.</summary>
    public ProxyTransport Transport { get; }

    /// <summary>
    /// Where the connection came from; <see langword="null"/> where the header does not say, or tells a Unix path that .NET has no end point
    /// for. Made at each call.
    /// </summary>
    public EndPoint? Source => ToEndPoint(_sourceAddress, _sourcePort, _sourcePath);

    /// <summary>Where the client had connected to, likewise.</summary>
    public EndPoint? Destination => ToEndPoint(_destinationAddress, _destinationPort, _destinationPath);

    /// <summary>Further facts, of version 2 only. Their bounds were checked, and so was their checksum if there is one.</summary>
    public ProxyTlvs Tlvs { get; }

    /// <summary>Reads the header at the start of what has arrived. Accepts nothing that it does not know for certain to be one.</summary>
    /// <param name="input">What has arrived. May go on behind the header.</param>
    /// <param name="header">The header, if it is complete.</param>
    /// <param name="error">What is wrong, if something is.</param>
    /// <param name="maxLength">The longest header to accept, in bytes; a longer one is told as soon as its length is known.</param>
    /// <returns>
    /// <see cref="OperationStatus.Done"/>; <see cref="OperationStatus.NeedMoreData"/> while what has arrived may still become a header; or
    /// <see cref="OperationStatus.InvalidData"/>, as soon as it cannot.
    /// </returns>
    public static OperationStatus Parse(in ReadOnlySequence<byte> input, out ProxyHeader header, out ProxyHeaderError error, int maxLength = MaxLengthV2)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(maxLength);
        header = default;
        error = ProxyHeaderError.None;
        if (!new SequenceReader<byte>(input).TryPeek(out byte first))
        {
            return OperationStatus.NeedMoreData;
        }

        return first == Version2.Signature[0]
            ? Version2.Parse(input, out header, out error, maxLength)
            : Version1.Parse(input, out header, out error, maxLength);
    }

    private EndPoint? ToEndPoint(UInt128 address, ushort port, ReadOnlySequence<byte> path) => Family switch
    {
        ProxyFamily.IPv4 or ProxyFamily.IPv6 => new IPEndPoint(AddressBytes.ToAddress(address, Family), port),
        ProxyFamily.Unix => ToUnix(path),
        _ => null,
    };

    private static UnixDomainSocketEndPoint? ToUnix(in ReadOnlySequence<byte> path)
    {
        Span<byte> bytes = stackalloc byte[Version2.PathLength];
        path.CopyTo(bytes);
        return UnixPath.Read(bytes);
    }
}
