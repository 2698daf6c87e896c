using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;
using System.Runtime.InteropServices;

namespace SocketConnector;

/// <summary>
/// An end point in 16 bytes, and 40 more for one of IPv6. Thousands of idle connections have four each, and <see cref="IPEndPoint"/>
/// takes about a hundred, so one is made on demand.
/// </summary>
internal readonly record struct CompactEndPoint
{
    private readonly object? _other;
    private readonly uint _address;
    private readonly ushort _port;
    private readonly Kind _kind;

    private CompactEndPoint(EndPoint? other) => _other = other;

    private CompactEndPoint(object? other, uint address, Kind kind) => (_other, _address, _kind) = (other, address, kind);

    /// <param name="address">4 or 16 bytes, in network order.</param>
    /// <param name="scope">Of an IPv6 address.</param>
    /// <param name="port">In the machine's order.</param>
    public CompactEndPoint(ReadOnlySpan<byte> address, uint scope, ushort port)
    {
        _port = port;
        _kind = address.Length == 4 ? Kind.IPv4 : scope == 0 && address.StartsWith(MappedPrefix) ? Kind.MappedIPv4 : Kind.IPv6;
        if (_kind == Kind.IPv6)
        {
            _other = new AddressOfIPv6(MemoryMarshal.Read<UInt128>(address), scope);
        }
        else
        {
            _address = BinaryPrimitives.ReadUInt32LittleEndian(address[^4..]);
        }
    }

    private enum Kind : byte
    {
        Other = 0,
        IPv4,

        /// <summary>In the notation of IPv6, as a socket has it that listens for both.</summary>
        MappedIPv4,
        IPv6,
    }

    /// <summary>Its IP address as a number, an IPv4 one in IPv6's notation, and without a zone; none but for an IP end point.</summary>
    public UInt128? Number => _kind switch
    {
        Kind.Other => null,
        Kind.IPv6 => BinaryPrimitives.ReverseEndianness(((AddressOfIPv6)_other!).Bytes),
        _ => MappedNumber | BinaryPrimitives.ReverseEndianness(_address),
    };

    /// <summary>None but for an IP end point.</summary>
    public int? Port => _kind == Kind.Other ? null : _port;

    /// <summary>
    /// The same without its port, or without its process; IPv4 in either notation is one. Of a user's own kind it is the text, which
    /// can be compared without running any code of that kind.
    /// </summary>
    public CompactEndPoint Host => _kind != Kind.Other ? new CompactEndPoint(_other, _address, _kind == Kind.MappedIPv4 ? Kind.IPv4 : _kind)
        : ToEndPoint() is { } named and not UnixDomainSocketEndPoint ? new CompactEndPoint(EndPointText.Of(named), 0, Kind.Other)
        : Of(ToEndPoint());

    /// <summary>Whether it is a Unix socket's that has no name, and of which nothing else is known yet.</summary>
    public bool IsUnnamedUnix => _kind == Kind.Other && _other is UnixDomainSocketEndPoint unix && unix.ToString().Length == 0;

    /// <summary>Whether it is a Unix socket's, with a name or without.</summary>
    public bool IsUnix => _kind == Kind.Other && _other is UnixDomainSocketEndPoint or UnnamedUnixPeer;

    /// <summary>Of a Unix peer without a name, where the kernel tells.</summary>
    public UnnamedUnixPeer? Identity => _other as UnnamedUnixPeer;

    public bool IsKnown => _kind != Kind.Other || _other is not null;

    private static UInt128 MappedNumber => new(0, 0xffff_0000_0000);

    /// <summary>RFC 4291, section 2.5.5.2.</summary>
    private static ReadOnlySpan<byte> MappedPrefix => [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff];

    public static CompactEndPoint Of(EndPoint? endPoint)
    {
        if (endPoint is not IPEndPoint ip)
        {
            return new CompactEndPoint(endPoint);
        }

        Span<byte> address = stackalloc byte[16];
        ip.Address.TryWriteBytes(address, out int length);
        return new CompactEndPoint(address[..length], length == 16 ? (uint)ip.Address.ScopeId : 0, (ushort)ip.Port);
    }

    /// <summary>The same, with the credentials of the peer.</summary>
    public CompactEndPoint Identified(int? processId, uint userId) => new(new UnnamedUnixPeer((UnixDomainSocketEndPoint)_other!, processId, userId), 0, Kind.Other);

    public EndPoint? ToEndPoint() => _kind == Kind.Other ? Identity?.EndPoint ?? _other as EndPoint : new IPEndPoint(ToAddress(), _port);

    public override string ToString() => Identity?.ToString() ?? EndPointText.Of(ToEndPoint());

    /// <summary>How statistics name it: an address without a port.</summary>
    public string HostText() => _kind == Kind.Other ? _other as string ?? EndPointText.Of(ToEndPoint()) : Host.ToAddress().ToString();

    private IPAddress ToAddress()
    {
        Span<byte> bytes = stackalloc byte[16];
        if (_other is AddressOfIPv6 address)
        {
            MemoryMarshal.Write(bytes, address.Bytes);
            return new IPAddress(bytes, address.Scope);
        }

        MappedPrefix.CopyTo(bytes);
        BinaryPrimitives.WriteUInt32LittleEndian(bytes[12..], _address);
        return _kind == Kind.IPv4 ? new IPAddress(bytes[12..]) : new IPAddress(bytes, 0);
    }

    /// <param name="Bytes">16 of them, as they come.</param>
    /// <param name="Scope">Which link it is on (RFC 4007).</param>
    private sealed record AddressOfIPv6(UInt128 Bytes, uint Scope);
}
