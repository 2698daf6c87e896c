using System.Runtime.InteropServices;

namespace SocketConnector.Sockets;

/// <summary>Process and user at the other end of a Unix socket, as Linux saw them at the connect: struct ucred of unix(7).</summary>
internal static class UnixCredentials
{
    public const int Size = 12;

    // asm-generic/socket.h.
    public const int Level = 1;
    public const int Name = 17;

    /// <param name="unnamed">A peer's end without a name.</param>
    /// <param name="credentials">What the kernel told, if anything.</param>
    public static CompactEndPoint Identify(CompactEndPoint unnamed, ReadOnlySpan<byte> credentials)
    {
        if (credentials.Length < Size)
        {
            return unnamed;
        }

        // 0 for a process of another namespace (pid_namespaces(7)).
        int process = MemoryMarshal.Read<int>(credentials);
        return unnamed.Identified(process > 0 ? process : null, MemoryMarshal.Read<uint>(credentials[4..]));
    }
}
