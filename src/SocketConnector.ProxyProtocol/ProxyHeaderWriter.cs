using System.Buffers;
using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;

namespace SocketConnector.ProxyProtocol;

/// <summary>Writes PROXY protocol headers. Allocates nothing, unless an address is IPv4 in IPv6's notation or has a zone, or is a Unix path.</summary>
public static class ProxyHeaderWriter
{
    /// <summary>Writes a version 1 header: TCP4 or TCP6, or UNKNOWN where the two are not both IP addresses.</summary>
    /// <param name="source">Where the connection comes from.</param>
    /// <param name="destination">Where it goes.</param>
    /// <param name="room">Where to write; <see cref="ProxyHeader.MaxLengthV1"/> bytes are always enough.</param>
    /// <param name="written">How many bytes.</param>
    /// <returns>Whether the room was enough.</returns>
    public static bool TryWriteV1(EndPoint? source, EndPoint? destination, Span<byte> room, out int written)
    {
        written = Version1.Write(source, destination, room);
        return written > 0;
    }

    /// <summary>Writes a version 2 header for a connection on somebody's behalf.</summary>
    /// <param name="source">Where the connection comes from.</param>
    /// <param name="destination">
    /// Where it goes. Where the two are not of one kind, the header says so (<see cref="ProxyFamily.Unspecified"/>) and carries the TLVs alone.
    /// </param>
    /// <param name="tlvs">Whole TLVs, such as <see cref="ProxyTlvWriter"/> writes or <see cref="ProxyTlvs.Bytes"/> came. A checksum in them is set anew.</param>
    /// <param name="room">Where to write.</param>
    /// <param name="written">How many bytes.</param>
    /// <returns>Whether the room was enough.</returns>
    /// <exception cref="ArgumentException">The TLVs are malformed, or too many for a header.</exception>
    public static bool TryWriteV2(EndPoint? source, EndPoint? destination, in ReadOnlySequence<byte> tlvs, Span<byte> room, out int written)
    {
        IPPair? pair = IPPair.Of(source, destination);
        (UnixDomainSocketEndPoint? from, UnixDomainSocketEndPoint? to) = (source as UnixDomainSocketEndPoint, destination as UnixDomainSocketEndPoint);
        ProxyFamily family = pair?.Family == AddressFamily.InterNetwork ? ProxyFamily.IPv4
            : pair is not null ? ProxyFamily.IPv6
            : from is not null && to is not null ? ProxyFamily.Unix
            : ProxyFamily.Unspecified;
        int tlvsAt = Version2.FixedLength + Version2.LengthOf(family);
        long length = tlvsAt + tlvs.Length;
        if (length > ProxyHeader.MaxLengthV2)
        {
            throw new ArgumentException($"The TLVs must leave the header at {ProxyHeader.MaxLengthV2} bytes or fewer.", nameof(tlvs));
        }

        written = 0;
        if (room.Length < length)
        {
            return false;
        }

        // What would be refused where it is read is refused here.
        if (!TlvCheck.AreWellFormed(tlvs, out int? checksumAt))
        {
            throw new ArgumentException("The TLVs must be whole, each with a length that its type may have, and one checksum at most.", nameof(tlvs));
        }

        Span<byte> header = room[..(int)length];
        WriteFixed(header, Version2.Proxy, family, family == ProxyFamily.Unspecified ? ProxyTransport.Unspecified : ProxyTransport.Stream);
        Span<byte> addresses = header[Version2.FixedLength..tlvsAt];
        if (pair is { } both)
        {
            WriteIP(both, addresses);
        }
        else if (family == ProxyFamily.Unix)
        {
            UnixPath.Write(from!, addresses[..Version2.PathLength]);
            UnixPath.Write(to!, addresses[Version2.PathLength..]);
        }

        tlvs.CopyTo(header[tlvsAt..]);
        if (checksumAt is { } at)
        {
            Span<byte> checksum = header.Slice(tlvsAt + at, Checksum.Length);
            checksum.Clear();
            BinaryPrimitives.WriteUInt32BigEndian(checksum, Checksum.Of(header));
        }

        written = header.Length;
        return true;
    }

    /// <inheritdoc cref="TryWriteV2(EndPoint?, EndPoint?, in ReadOnlySequence{byte}, Span{byte}, out int)"/>
    public static bool TryWriteV2(EndPoint? source, EndPoint? destination, Span<byte> room, out int written) =>
        TryWriteV2(source, destination, default, room, out written);

    /// <summary>Writes a version 2 header for a connection that is the sender's own, such as a health check.</summary>
    /// <param name="room">Where to write.</param>
    /// <param name="written">How many bytes.</param>
    /// <returns>Whether the room was enough.</returns>
    public static bool TryWriteLocal(Span<byte> room, out int written)
    {
        written = 0;
        if (room.Length < Version2.FixedLength)
        {
            return false;
        }

        WriteFixed(room[..Version2.FixedLength], Version2.Local, ProxyFamily.Unspecified, ProxyTransport.Unspecified);
        written = Version2.FixedLength;
        return true;
    }

    private static void WriteFixed(Span<byte> header, int command, ProxyFamily family, ProxyTransport transport)
    {
        Version2.Signature.CopyTo(header);
        header[Version2.CommandAt] = (byte)((Version2.Number << 4) | command);
        header[Version2.FamilyAt] = (byte)(((int)family << 4) | (int)transport);
        BinaryPrimitives.WriteUInt16BigEndian(header[Version2.LengthAt..], (ushort)(header.Length - Version2.FixedLength));
    }

    private static void WriteIP(IPPair pair, Span<byte> addresses)
    {
        int one = (addresses.Length / 2) - sizeof(ushort);
        AddressBytes.Write(pair.Source, addresses[..one]);
        AddressBytes.Write(pair.Destination, addresses[one..(2 * one)]);
        BinaryPrimitives.WriteUInt16BigEndian(addresses[(2 * one)..], pair.SourcePort);
        BinaryPrimitives.WriteUInt16BigEndian(addresses[((2 * one) + sizeof(ushort))..], pair.DestinationPort);
    }
}
