using System.Buffers;
using System.Buffers.Binary;

namespace SocketConnector.ProxyProtocol;

/// <summary>Reads version 2: a signature, command and family, a length, addresses, TLVs.</summary>
internal static class Version2
{
    /// <summary>What every header begins with: the signature, one byte each for version and command and for family and transport, two for the length of the rest.</summary>
    public const int FixedLength = 16;

    /// <summary>Of each of the two paths of a Unix header, whatever its text takes of that.</summary>
    public const int PathLength = 108;

    public const int CommandAt = 12;
    public const int FamilyAt = 13;
    public const int LengthAt = 14;
    public const int Number = 2;
    public const int Local = 0;
    public const int Proxy = 1;

    private const int IPv4Length = (2 * AddressBytes.IPv4Length) + (2 * sizeof(ushort));
    private const int IPv6Length = (2 * AddressBytes.IPv6Length) + (2 * sizeof(ushort));
    private const int UnixLength = 2 * PathLength;

    public static ReadOnlySpan<byte> Signature => "\r\n\r\n\0\r\nQUIT\n"u8;

    public static OperationStatus Parse(in ReadOnlySequence<byte> input, out ProxyHeader header, out ProxyHeaderError error, int maxLength)
    {
        header = default;
        Span<byte> memory = stackalloc byte[FixedLength];
        int count = (int)Math.Min(input.Length, FixedLength);
        input.Slice(0, count).CopyTo(memory);
        ReadOnlySpan<byte> start = memory[..count];

        error = Check(start);
        if (error != ProxyHeaderError.None)
        {
            return OperationStatus.InvalidData;
        }

        if (count < FixedLength)
        {
            return OperationStatus.NeedMoreData;
        }

        int length = FixedLength + BinaryPrimitives.ReadUInt16BigEndian(start[LengthAt..]);
        if (length > maxLength)
        {
            error = ProxyHeaderError.TooLong;
            return OperationStatus.InvalidData;
        }

        // What is too short for its addresses can be told before it has come.
        bool isLocal = (start[CommandAt] & 0xF) == Local;
        var family = (ProxyFamily)(start[FamilyAt] >> 4);
        if (!isLocal && length - FixedLength < LengthOf(family))
        {
            error = ProxyHeaderError.BadAddress;
            return OperationStatus.InvalidData;
        }

        if (input.Length < length)
        {
            return OperationStatus.NeedMoreData;
        }

        ReadOnlySequence<byte> whole = input.Slice(0, length);
        error = isLocal ? ParseLocal(whole, out header) : ParseProxied(whole, family, (ProxyTransport)(start[FamilyAt] & 0xF), out header);
        return error == ProxyHeaderError.None ? OperationStatus.Done : OperationStatus.InvalidData;
    }

    /// <summary>How many bytes both addresses take, ports included.</summary>
    public static int LengthOf(ProxyFamily family) => family switch
    {
        ProxyFamily.IPv4 => IPv4Length,
        ProxyFamily.IPv6 => IPv6Length,
        ProxyFamily.Unix => UnixLength,
        _ => 0,
    };

    /// <summary>Looks at as much of the fixed part as there is.</summary>
    private static ProxyHeaderError Check(ReadOnlySpan<byte> start)
    {
        int common = Math.Min(start.Length, Signature.Length);
        if (!start[..common].SequenceEqual(Signature[..common]))
        {
            return ProxyHeaderError.NotAHeader;
        }

        if (start.Length > CommandAt)
        {
            if (start[CommandAt] >> 4 != Number)
            {
                return ProxyHeaderError.UnknownVersion;
            }

            if ((start[CommandAt] & 0xF) is not (Local or Proxy))
            {
                return ProxyHeaderError.UnknownCommand;
            }
        }

        // With LOCAL the family is to be ignored.
        bool isUnknown = start.Length > FamilyAt
            && (start[CommandAt] & 0xF) == Proxy
            && (start[FamilyAt] >> 4 > (int)ProxyFamily.Unix || (start[FamilyAt] & 0xF) > (int)ProxyTransport.Datagram);
        return isUnknown ? ProxyHeaderError.UnknownFamily : ProxyHeaderError.None;
    }

    /// <summary>Nothing of it has a meaning: it is skipped.</summary>
    private static ProxyHeaderError ParseLocal(in ReadOnlySequence<byte> whole, out ProxyHeader header)
    {
        header = new ProxyHeader(Number, (int)whole.Length, isLocal: true);
        return ProxyHeaderError.None;
    }

    private static ProxyHeaderError ParseProxied(in ReadOnlySequence<byte> whole, ProxyFamily family, ProxyTransport transport, out ProxyHeader header)
    {
        header = default;
        int tlvsAt = FixedLength + LengthOf(family);
        ProxyHeaderError error = TlvCheck.Run(whole, tlvsAt);
        bool hasTlvs = error == ProxyHeaderError.None;
        if (!hasTlvs && !(family == ProxyFamily.Unspecified && error == ProxyHeaderError.BadTlv))
        {
            return error;
        }

        // Of an unspecified family there may be an address of any kind, which is to be skipped as well.
        ProxyTlvs tlvs = hasTlvs ? new ProxyTlvs(whole.Slice(tlvsAt)) : default;
        int length = (int)whole.Length;
        ReadOnlySequence<byte> addresses = whole.Slice(FixedLength, LengthOf(family));

        // Of an unspecified transport the addresses are to be ignored.
        header = (transport == ProxyTransport.Unspecified ? ProxyFamily.Unspecified : family) switch
        {
            ProxyFamily.IPv4 => ParseIP(addresses, AddressBytes.IPv4Length, length, family, transport, tlvs),
            ProxyFamily.IPv6 => ParseIP(addresses, AddressBytes.IPv6Length, length, family, transport, tlvs),
            ProxyFamily.Unix => new ProxyHeader(length, transport, addresses.Slice(0, PathLength), addresses.Slice(PathLength), tlvs),
            _ => new ProxyHeader(Number, length, isLocal: false, transport, tlvs),
        };
        return ProxyHeaderError.None;
    }

    private static ProxyHeader ParseIP(in ReadOnlySequence<byte> addresses, int one, int length, ProxyFamily family, ProxyTransport transport, ProxyTlvs tlvs)
    {
        Span<byte> memory = stackalloc byte[IPv6Length];
        addresses.CopyTo(memory);
        ReadOnlySpan<byte> bytes = memory[..(int)addresses.Length];
        return new ProxyHeader(
            Number,
            length,
            family,
            transport,
            AddressBytes.Read(bytes[..one]),
            AddressBytes.Read(bytes[one..(2 * one)]),
            BinaryPrimitives.ReadUInt16BigEndian(bytes[(2 * one)..]),
            BinaryPrimitives.ReadUInt16BigEndian(bytes[((2 * one) + sizeof(ushort))..]),
            tlvs);
    }
}
