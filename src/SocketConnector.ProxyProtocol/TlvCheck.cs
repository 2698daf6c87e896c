using System.Buffers;
using System.Buffers.Binary;

namespace SocketConnector.ProxyProtocol;

/// <summary>Looks once at all TLVs of a header: whether each fits, whether its value has the right length, and whether the checksum is right.</summary>
internal static class TlvCheck
{
    /// <param name="header">The whole header.</param>
    /// <param name="at">Where its TLVs begin.</param>
    public static ProxyHeaderError Run(in ReadOnlySequence<byte> header, int at)
    {
        return !AreWellFormed(header.Slice(at), out int? checksumAt) ? ProxyHeaderError.BadTlv
            : checksumAt is { } place && !IsRight(header, at + place) ? ProxyHeaderError.BadChecksum
            : ProxyHeaderError.None;
    }

    /// <summary>Whether these are TLVs, and nothing else.</summary>
    /// <param name="tlvs">All of them.</param>
    /// <param name="checksumAt">Where the value of the checksum is among them, if there is one.</param>
    public static bool AreWellFormed(in ReadOnlySequence<byte> tlvs, out int? checksumAt)
    {
        checksumAt = null;
        for (int at = 0; at < tlvs.Length;)
        {
            if (ProxyTlvs.TryRead(tlvs.Slice(at)) is not { } tlv || !HasRightLength(tlv))
            {
                return false;
            }

            at += ProxyTlvs.PrefixLength;
            if (tlv.Type == ProxyTlvType.Crc32c)
            {
                if (checksumAt is not null)
                {
                    return false;
                }

                checksumAt = at;
            }

            at += (int)tlv.Value.Length;
        }

        return true;
    }

    private static bool HasRightLength(ProxyTlv tlv) => tlv.Type switch
    {
        ProxyTlvType.Crc32c => tlv.Value.Length == Checksum.Length,
        ProxyTlvType.UniqueId => tlv.Value.Length <= ProxyTlv.MaxUniqueIdLength,
        ProxyTlvType.Ssl => ProxySslInfo.IsWellFormed(tlv.Value),
        _ => true,
    };

    private static bool IsRight(in ReadOnlySequence<byte> header, int at)
    {
        Span<byte> told = stackalloc byte[Checksum.Length];
        header.Slice(at, Checksum.Length).CopyTo(told);
        return BinaryPrimitives.ReadUInt32BigEndian(told) == Checksum.Of(header, at);
    }
}
