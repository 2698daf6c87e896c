using System.Runtime.InteropServices;

namespace SocketConnector.Loops;

/// <summary>One buffer for all connections of a loop: what is read into it is written out of it before anything else happens.</summary>
internal sealed unsafe class LoopMemory
{
    /// <summary>A full one says that a flow is large, and better spliced.</summary>
    public const int Size = 64 * 1024;

    public byte* Start { get; } = (byte*)NativeMemory.AlignedAlloc(Size, 4096);
}
