using System.Net.Sockets;

namespace SocketConnector.MicroBench;

/// <summary>Plain blocking reads, so that neither end of a connection adds to the thread pool's work or to the heap.</summary>
internal static class BlockingSocket
{
    /// <summary>Reads until the buffer is full.</summary>
    /// <returns>Whether it was filled before the end of the stream.</returns>
    public static bool Fill(this Socket socket, Span<byte> buffer)
    {
        while (!buffer.IsEmpty)
        {
            int count = socket.Receive(buffer);
            if (count == 0)
            {
                return false;
            }

            buffer = buffer[count..];
        }

        return true;
    }

    /// <summary>As <see cref="Fill"/>, for whoever cannot go on without it.</summary>
    public static void Expect(this Socket socket, Span<byte> buffer)
    {
        if (!socket.Fill(buffer))
        {
            throw new InvalidOperationException("the connection ended while it was measured");
        }
    }
}
