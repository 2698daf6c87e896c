using System.Buffers;

namespace SocketConnector.Rendezvous.Wire;

/// <summary>
/// The first bytes of an end: SCR, the major version, and a tail that a line discipline or a text filter would damage. No other
/// protocol that a relay accepts starts this way.
/// </summary>
internal static class Opening
{
    /// <summary>In bytes.</summary>
    public const int Length = 8;

    /// <summary>The bytes.</summary>
    public static ReadOnlySpan<byte> Bytes => [0x53, 0x43, 0x52, 0x01, 0x00, 0x0D, 0x0A, 0x00];

    /// <summary>Takes the opening from what has arrived.</summary>
    /// <param name="input">What has arrived; begins behind the opening afterwards, if it was complete.</param>
    /// <returns>Done; NeedMoreData while bytes are missing; InvalidData as soon as one differs.</returns>
    public static OperationStatus Read(ref ReadOnlySequence<byte> input)
    {
        Span<byte> head = stackalloc byte[Length];
        head = head[..(int)Math.Min(Length, input.Length)];
        input.Slice(0, head.Length).CopyTo(head);
        if (!Bytes.StartsWith(head))
        {
            return OperationStatus.InvalidData;
        }

        if (head.Length < Length)
        {
            return OperationStatus.NeedMoreData;
        }

        input = input.Slice(Length);
        return OperationStatus.Done;
    }
}
