using System.Net.Sockets;
using System.Runtime.InteropServices;

namespace SocketConnector.Tests.Relaying;

/// <summary>Passes a descriptor over a Unix socket beside some bytes (unix(7), SCM_RIGHTS), which the runtime cannot.</summary>
internal static unsafe partial class PassedDescriptor
{
    private const int SocketLevel = 1;
    private const int Rights = 1;

    // EAGAIN.
    private const int Full = 11;

    /// <summary>Sends the bytes with the socket's own descriptor beside them.</summary>
    /// <returns>Whether there was room.</returns>
    public static bool TrySend(Socket socket, byte[] bytes)
    {
        fixed (byte* start = bytes)
        {
            var chunk = new Chunk { Start = start, Length = (nuint)bytes.Length };
            byte* control = stackalloc byte[24];
            *(nuint*)control = 20;
            *(int*)(control + 8) = SocketLevel;
            *(int*)(control + 12) = Rights;
            *(int*)(control + 16) = (int)socket.Handle;
            var message = new Message { Chunks = &chunk, ChunkCount = 1, Control = control, ControlLength = 24 };
            nint sent = SendMessage((int)socket.Handle, &message, 0);
            Assert.True(sent == bytes.Length || Marshal.GetLastPInvokeError() == Full, $"sendmsg sent {sent} of {bytes.Length} bytes, errno {Marshal.GetLastPInvokeError()}");
            return sent >= 0;
        }
    }

    [LibraryImport("libc", EntryPoint = "sendmsg", SetLastError = true)]
    private static partial nint SendMessage(int socket, Message* message, int flags);

    /// <summary>struct iovec.</summary>
    [StructLayout(LayoutKind.Sequential)]
    private struct Chunk
    {
        public byte* Start;
        public nuint Length;
    }

    /// <summary>struct msghdr of Linux.</summary>
    [StructLayout(LayoutKind.Sequential)]
    private struct Message
    {
        public void* Name;
        public uint NameLength;
        public Chunk* Chunks;
        public nuint ChunkCount;
        public void* Control;
        public nuint ControlLength;
        public int Flags;
    }
}
