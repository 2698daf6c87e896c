using System.Buffers;
using System.Buffers.Binary;

namespace SocketConnector.ProxyProtocol;

/// <summary>Looks once at all TLVs of a header: whether each fits, whether those of a fixed length have it, and whether the checksum is right.</summary>
internal static class TlvCheck
{
    /// <param name="header">The whole header.</param>
    /// <param name="at">Where its TLVs begin.</param>
    public static ProxyHeaderError Run(in ReadOnlySequence<byte> header, int at)
    {
        int? checksumAt = null;
        while (at < header.Length)
        {
            if (ProxyTlvs.TryRead(header.Slice(at)) is not { } tlv || !HasRightLength(tlv))
            {
                return ProxyHeaderError.BadTlv;
            }

            at += ProxyTlvs.PrefixLength;
            if (tlv.Type == ProxyTlvType.Crc32c)
            {
                if (checksumAt is not null)
                {
                    return ProxyHeaderError.BadTlv;
                }

                checksumAt = at;
            }

            at += (int)tlv.Value.Length;
        }

        return checksumAt is { } place && !IsRight(header, place) ? ProxyHeaderError.BadChecksum : ProxyHeaderError.None;
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
