using System.Buffers;
using System.Buffers.Binary;

namespace SocketConnector.ProxyProtocol;

/// <summary>The TLVs of a <see cref="ProxyHeader"/>, in their order, for <c>foreach</c>. Enumerating them allocates nothing.</summary>
/// <param name="bytes">Whole TLVs, one after the other.</param>
public readonly struct ProxyTlvs(ReadOnlySequence<byte> bytes)
{
    internal const int PrefixLength = 3;

    /// <summary>All of them as they came, to be passed on.</summary>
    public ReadOnlySequence<byte> Bytes => bytes;

    /// <summary>The value of the first of a type.</summary>
    /// <returns>Whether there is one.</returns>
    public bool TryGet(ProxyTlvType type, out ReadOnlySequence<byte> value)
    {
        foreach (ProxyTlv tlv in this)
        {
            if (tlv.Type == type)
            {
                value = tlv.Value;
                return true;
            }
        }

        value = default;
        return false;
    }

    /// <summary>For <c>foreach</c>.</summary>
    public Enumerator GetEnumerator() => new(bytes);

    /// <summary>The TLV at the start of these bytes.</summary>
    /// <returns>None where they do not hold a whole one.</returns>
    internal static ProxyTlv? TryRead(in ReadOnlySequence<byte> bytes)
    {
        if (bytes.Length < PrefixLength)
        {
            return null;
        }

        Span<byte> prefix = stackalloc byte[PrefixLength];
        bytes.Slice(0, PrefixLength).CopyTo(prefix);
        int length = BinaryPrimitives.ReadUInt16BigEndian(prefix[1..]);
        return bytes.Length < PrefixLength + length ? null : new ProxyTlv((ProxyTlvType)prefix[0], bytes.Slice(PrefixLength, length));
    }

    /// <summary>Goes through the TLVs. Ends at one that is cut off.</summary>
    public struct Enumerator
    {
        private ReadOnlySequence<byte> _left;

        internal Enumerator(ReadOnlySequence<byte> bytes) => _left = bytes;

        /// <summary>The TLV that it is at.</summary>
        public ProxyTlv Current { get; private set; }

        /// <summary>Goes to the next.</summary>
        /// <returns>Whether there is one.</returns>
        public bool MoveNext()
        {
            if (TryRead(_left) is not { } tlv)
            {
                return false;
            }

            Current = tlv;
            _left = _left.Slice(PrefixLength + tlv.Value.Length);
            return true;
        }
    }
}
