using System.Buffers;

namespace SocketConnector.ProxyProtocol;

/// <summary>One type, length and value of a <see cref="ProxyHeader"/>.</summary>
/// <param name="Type">What it is about.</param>
/// <param name="Value">Points into the buffer that the header was parsed from. The sender chose it: a text in it may hold anything.</param>
public readonly record struct ProxyTlv(ProxyTlvType Type, ReadOnlySequence<byte> Value)
{
    /// <summary>The longest <see cref="ProxyTlvType.UniqueId"/>, in bytes.</summary>
    public const int MaxUniqueIdLength = 128;
}
