using System.Buffers;
using System.Net;
using System.Net.Sockets;
using System.Text;
using SocketConnector.ProxyProtocol;
using SocketConnector.TestKit;

namespace SocketConnector.Fuzz.Targets;

/// <summary>PROXY headers that are written: the input says of what, and all of it is read again.</summary>
internal static class WrittenHeaders
{
    public static void Check(byte[] bytes)
    {
        var script = new Script(bytes);
        EndPoint? source = EndPointOf(script), destination = EndPointOf(script);
        bool isRaw = script.Next() % 4 == 0;
        byte[] room = new byte[script.Next() switch { 0 => script.Next(), _ => 4096 }];
        CheckV1(source, destination, room);

        byte[] tlvs = isRaw ? script.Rest() : Tlvs(script);
        int written;
        bool isWritten;
        try
        {
            isWritten = ProxyHeaderWriter.TryWriteV2(source, destination, Pieces.Of(tlvs, 5), room, out written);
        }
        catch (ArgumentException)
        {
            return;
        }

        if (!isWritten)
        {
            Expect.That(room.Length < 16 + 216 + tlvs.Length, "too little room");
            return;
        }

        ProxyHeader header = Read(room, written);
        Expect.Equal($"{Expected(source, destination)} {ProxyHeaders.Told(new ProxyTlvs(new ReadOnlySequence<byte>(tlvs)))}", $"{Told(header)} {ProxyHeaders.Told(header.Tlvs)}", "version 2");
    }

    private static void CheckV1(EndPoint? source, EndPoint? destination, byte[] room)
    {
        if (!ProxyHeaderWriter.TryWriteV1(source, destination, room, out int written))
        {
            Expect.That(room.Length < ProxyHeader.MaxLengthV1, "too little room");
            return;
        }

        bool isIP = source is IPEndPoint && destination is IPEndPoint;
        Expect.Equal(isIP ? Expected(source, destination) : " ", Told(Read(room, written)), "version 1");
    }

    private static ProxyHeader Read(byte[] room, int written)
    {
        OperationStatus status = ProxyHeader.Parse(new ReadOnlySequence<byte>(room, 0, written), out ProxyHeader header, out ProxyHeaderError error);
        Expect.Equal((OperationStatus.Done, ProxyHeaderError.None, written), (status, error, header.Length), $"read again: {Convert.ToHexString(room, 0, written)}");
        return header;
    }

    private static string Told(in ProxyHeader header) => $"{ProxyHeaders.Plain(header.Source)} {ProxyHeaders.Plain(header.Destination)}";

    /// <summary>Both, where they are of one kind, without the zone of an address.</summary>
    private static string Expected(EndPoint? source, EndPoint? destination) =>
        (source is IPEndPoint && destination is IPEndPoint) || (source is UnixDomainSocketEndPoint && destination is UnixDomainSocketEndPoint)
            ? $"{ProxyHeaders.Plain(WithoutZone(source))} {ProxyHeaders.Plain(WithoutZone(destination))}"
            : " ";

    private static EndPoint WithoutZone(EndPoint endPoint) => endPoint is IPEndPoint { AddressFamily: AddressFamily.InterNetworkV6 } ip
        ? new IPEndPoint(new IPAddress(ip.Address.GetAddressBytes()), ip.Port)
        : endPoint;

    private static EndPoint? EndPointOf(Script script) => (script.Next() % 7) switch
    {
        0 => null,
        1 => new DnsEndPoint("example.org", 1),
        2 => new UnixDomainSocketEndPoint($"/{script.Text(106)}"),
        3 => new UnixDomainSocketEndPoint($"\0{script.Text(106)}x"),
        4 => new IPEndPoint(new IPAddress(script.Take(4)), script.Port()),
        5 => new IPEndPoint(new IPAddress(script.Take(16)), script.Port()),
        _ => new IPEndPoint(new IPAddress(script.Take(16), script.Next()), script.Port()),
    };

    private static byte[] Tlvs(Script script)
    {
        byte[] room = new byte[Target.MaxLength];
        var writer = new ProxyTlvWriter(room);
        while (!script.IsDone)
        {
            byte type = script.Next();
            _ = type == (byte)ProxyTlvType.Crc32c ? writer.TryWriteChecksum() : writer.TryWrite((ProxyTlvType)type, script.Take(script.Next()));
        }

        return room[..writer.Written];
    }

    /// <summary>Bytes taken one after the other; zeros when there are no more.</summary>
    private sealed class Script(byte[] bytes)
    {
        private int _at;

        public bool IsDone => _at >= bytes.Length;

        public byte Next() => IsDone ? (byte)0 : bytes[_at++];

        public int Port() => (Next() << 8) | Next();

        public byte[] Take(int count)
        {
            byte[] taken = new byte[count];
            for (int i = 0; i < count; i++)
            {
                taken[i] = Next();
            }

            return taken;
        }

        public byte[] Rest() => Take(Math.Max(0, bytes.Length - _at));

        /// <summary>A name of at most so many bytes. A zero would end it.</summary>
        public string Text(int most) => Encoding.Latin1.GetString([.. Take(Next() % (most + 1)).Select(letter => letter is 0 or > 0x7F ? (byte)'x' : letter)]);
    }
}
