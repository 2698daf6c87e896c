using System.Buffers.Binary;
using System.Net;

namespace SocketConnector;

/// <summary>
/// An end point in 32 bytes. Thousands of idle connections have four each, and <see cref="IPEndPoint"/> takes three times that;
/// whoever asks gets one made.
/// </summary>
internal readonly struct CompactEndPoint
{
    private readonly ulong _high;
    private readonly ulong _low;
    private readonly EndPoint? _other;
    private readonly uint _scope;
    private readonly ushort _port;
    private readonly Kind _kind;

    private CompactEndPoint(EndPoint? other) => _other = other;

    /// <param name="address">4 or 16 bytes, in network order.</param>
    /// <param name="scope">Of an IPv6 address.</param>
    /// <param name="port">In the machine's order.</param>
    public CompactEndPoint(ReadOnlySpan<byte> address, uint scope, ushort port)
    {
        (_scope, _port) = (scope, port);
        if (address.Length == 4)
        {
            _kind = Kind.IPv4;
            _low = BinaryPrimitives.ReadUInt32LittleEndian(address);
        }
        else
        {
            _kind = Kind.IPv6;
            _high = BinaryPrimitives.ReadUInt64LittleEndian(address);
            _low = BinaryPrimitives.ReadUInt64LittleEndian(address[8..]);
        }
    }

    private enum Kind : byte
    {
        Other = 0,
        IPv4,
        IPv6,
    }

    public bool IsKnown => _kind != Kind.Other || _other is not null;

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

    public EndPoint? ToEndPoint()
    {
        if (_kind == Kind.Other)
        {
            return _other;
        }

        Span<byte> address = stackalloc byte[16];
        if (_kind == Kind.IPv4)
        {
            BinaryPrimitives.WriteUInt32LittleEndian(address, (uint)_low);
            return new IPEndPoint(new IPAddress(address[..4]), _port);
        }

        BinaryPrimitives.WriteUInt64LittleEndian(address, _high);
        BinaryPrimitives.WriteUInt64LittleEndian(address[8..], _low);
        return new IPEndPoint(new IPAddress(address, _scope), _port);
    }
}
