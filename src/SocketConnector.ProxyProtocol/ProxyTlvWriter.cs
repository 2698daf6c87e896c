using System.Buffers.Binary;

namespace SocketConnector.ProxyProtocol;

/// <summary>Writes TLVs one after the other, for <see cref="ProxyHeaderWriter"/>.</summary>
/// <param name="room">Where to write.</param>
public ref struct ProxyTlvWriter(Span<byte> room)
{
    private readonly Span<byte> _room = room;

    /// <summary>How many bytes were written.</summary>
    public int Written { get; private set; }

    /// <summary>Writes one.</summary>
    /// <param name="type">What it is about.</param>
    /// <param name="value">At most 65 535 bytes.</param>
    /// <returns>Whether there was room; if not, nothing was written.</returns>
    public bool TryWrite(ProxyTlvType type, scoped ReadOnlySpan<byte> value)
    {
        Span<byte> left = _room[Written..];
        if (value.Length > ushort.MaxValue || left.Length < ProxyTlvs.PrefixLength + value.Length)
        {
            return false;
        }

        left[0] = (byte)type;
        BinaryPrimitives.WriteUInt16BigEndian(left[1..], (ushort)value.Length);
        value.CopyTo(left[ProxyTlvs.PrefixLength..]);
        Written += ProxyTlvs.PrefixLength + value.Length;
        return true;
    }

    /// <summary>Writes what is known of the client's TLS, as <see cref="ProxySslInfo"/> reads it.</summary>
    /// <param name="hasCertificate">Whether the client has shown a certificate over this connection.</param>
    /// <param name="isVerified">Whether it was found to be valid.</param>
    /// <param name="details">Whole TLVs, such as another writer has written: version, cipher, name.</param>
    /// <returns>Whether there was room; if not, nothing was written.</returns>
    public bool TryWriteSsl(bool hasCertificate, bool isVerified, scoped ReadOnlySpan<byte> details)
    {
        Span<byte> left = _room[Written..];
        int length = ProxySslInfo.FixedLength + details.Length;
        if (length > ushort.MaxValue || left.Length < ProxyTlvs.PrefixLength + length)
        {
            return false;
        }

        left[0] = (byte)ProxyTlvType.Ssl;
        BinaryPrimitives.WriteUInt16BigEndian(left[1..], (ushort)length);
        ProxySslInfo.WriteFixed(left[ProxyTlvs.PrefixLength..], hasCertificate, isVerified);
        details.CopyTo(left[(ProxyTlvs.PrefixLength + ProxySslInfo.FixedLength)..]);
        Written += ProxyTlvs.PrefixLength + length;
        return true;
    }

    /// <summary>Asks for a checksum, which is calculated when the header is written.</summary>
    /// <returns>Whether there was room.</returns>
    public bool TryWriteChecksum() => TryWrite(ProxyTlvType.Crc32c, "\0\0\0\0"u8);
}
