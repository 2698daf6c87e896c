using System.Net;
using System.Net.Sockets;
using System.Text;
using SocketConnector.TestKit;

namespace SocketConnector.Cli.Tests.Measured;

/// <summary>An end of SCR/1 that costs as little as can be: its frames are made by hand.</summary>
internal static class PlainEnd
{
    public const byte Listen = 1;
    public const byte Connect = 2;

    private const byte Wait = 18;
    private const byte Open = 19;
    private const byte Paired = 20;
    private const byte Refused = 21;

    private static readonly byte[] _accept = [0, 3, 0xA1, 0, 3];

    /// <summary>Opening, HELLO and JOIN.</summary>
    /// <param name="session">16 bytes.</param>
    /// <param name="role">Its role.</param>
    /// <param name="ticket">Of 24 to 255 characters, or none.</param>
    public static byte[] Beginning(byte[] session, byte role, string? ticket = null)
    {
        byte[] shown = ticket is null ? [] : [3, 0x78, (byte)ticket.Length, .. Encoding.ASCII.GetBytes(ticket)];
        int length = 23 + shown.Length;
        byte keys = ticket is null ? (byte)0xA3 : (byte)0xA4;
        return [.. "SCR\u0001\0\r\n\0"u8, 0, 6, 0xA2, 0, 1, 1, 0x81, 1, (byte)(length >> 8), (byte)length, keys, 0, 2, 1, 0x50, .. session, 2, role, .. shown];
    }

    /// <param name="at">The relay.</param>
    /// <param name="beginning">What it says at once.</param>
    /// <param name="from">An address of its own, or any.</param>
    public static async Task<Socket> JoinAsync(IPEndPoint at, byte[] beginning, IPAddress? from = null)
    {
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        if (from is not null)
        {
            socket.Bind(new IPEndPoint(from, 0));
        }

        await socket.ConnectAsync(at);
        await socket.SendAsync(beginning);
        return socket;
    }

    /// <summary>Until it is paired; whichever of two was there first is asked.</summary>
    public static Task MeetAsync(Socket socket) => ReachAsync(socket, Paired);

    /// <summary>Until it waits.</summary>
    public static Task WaitAsync(Socket socket) => ReachAsync(socket, Wait);

    private static async Task ReachAsync(Socket socket, byte last)
    {
        byte[] room = new byte[512];
        int held = 0;
        int at = 0;
        while (true)
        {
            for (; held - at >= 5 && held - at >= 2 + room[at + 1]; at += 2 + room[at + 1])
            {
                // The type is the first value of the map; those of a relay's frames take one byte.
                switch (room[at + 4])
                {
                    case byte type when type == last:
                        return;
                    case Open:
                        await socket.SendAsync(_accept);
                        break;
                    case Refused:
                        throw new InvalidOperationException($"the relay refuses: {Convert.ToHexString(room.AsSpan(at, 2 + room[at + 1]))}");
                }
            }

            int count = await socket.ReceiveAsync(room.AsMemory(held)).AsTask().InTimeAsync();
            held += count > 0 ? count : throw new EndOfStreamException("the relay has closed the connection");
        }
    }
}
