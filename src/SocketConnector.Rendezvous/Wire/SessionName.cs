using System.Buffers.Binary;

namespace SocketConnector.Rendezvous.Wire;

/// <summary>What the relay knows of a session: 16 bytes that the ends have derived from their secret.</summary>
/// <param name="Value">The bytes, big-endian.</param>
internal readonly record struct SessionName(UInt128 Value)
{
    /// <summary>In bytes.</summary>
    public const int Length = 16;

    /// <param name="bytes">Sixteen.</param>
    public static SessionName Read(ReadOnlySpan<byte> bytes) => new(BinaryPrimitives.ReadUInt128BigEndian(bytes));

    /// <param name="destination">Room for sixteen.</param>
    public void Write(Span<byte> destination) => BinaryPrimitives.WriteUInt128BigEndian(destination, Value);

    /// <summary>The first eight of its hexadecimal digits: enough to tell sessions apart in a log, too little to join one.</summary>
    /// <returns>The text.</returns>
    public override string ToString() => (Value >> 96).ToString("x8", null);
}
