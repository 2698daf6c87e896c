using System.Buffers;
using System.Net;
using SocketConnector.ProxyProtocol;
using SocketConnector.TestKit;

namespace SocketConnector.Fuzz.Targets;

/// <summary>PROXY headers that come from anywhere.</summary>
internal static class ProxyHeaders
{
    // A type and a length.
    private const int PrefixLength = 3;

    private static readonly int[] _sizes = [1, 2, 3, 7, 16, 100];

    public static void Read(byte[] bytes)
    {
        Verdict whole = Parse(new ReadOnlySequence<byte>(bytes), out ProxyHeader header);
        foreach (int size in _sizes)
        {
            Expect.Equal(whole, Parse(Pieces.Of(bytes, size), out _), $"in pieces of {size}");
        }

        IsToldOnce(bytes, whole);
        if (whole.Status == OperationStatus.Done)
        {
            Expect.That(header.Length > 0 && header.Length <= bytes.Length, $"a header of {header.Length} bytes out of {bytes.Length}");
            Write(header);
        }
    }

    /// <summary>What is said of a part never changes with what comes behind it.</summary>
    private static void IsToldOnce(byte[] bytes, Verdict whole)
    {
        Verdict before = new(OperationStatus.NeedMoreData, ProxyHeaderError.None, 0, null);
        for (int length = 0; length < bytes.Length; length++)
        {
            Verdict now = Parse(new ReadOnlySequence<byte>(bytes, 0, length), out _);
            Expect.That(before.Status == OperationStatus.NeedMoreData || now == before, $"{before} at {length - 1} bytes and {now} at the next");
            before = now;
        }

        Expect.That(before.Status == OperationStatus.NeedMoreData || whole == before, $"{before} before the last byte and {whole} with it");
    }

    /// <summary>A header that was read can be written, and says the same.</summary>
    private static void Write(in ProxyHeader header)
    {
        // Of two ends with one unknown, the writer names neither.
        if (header.Source is not { } source || header.Destination is not { } destination)
        {
            return;
        }

        byte[] room = new byte[ProxyHeader.MaxLengthV1 + 216 + (int)header.Tlvs.Bytes.Length];
        Expect.That(ProxyHeaderWriter.TryWriteV2(source, destination, header.Tlvs.Bytes, room, out int written), "too little room");
        Expect.Equal(OperationStatus.Done, ProxyHeader.Parse(new ReadOnlySequence<byte>(room, 0, written), out ProxyHeader again, out ProxyHeaderError error), $"what was written is {error}");
        Expect.Equal($"{Plain(source)} {Plain(destination)} {Told(header.Tlvs)}", $"{Plain(again.Source)} {Plain(again.Destination)} {Told(again.Tlvs)}", "written and read");
    }

    /// <summary>IPv4 in one notation.</summary>
    public static string Plain(EndPoint? endPoint) =>
        endPoint is IPEndPoint { Address: { IsIPv4MappedToIPv6: true } address, Port: int port } ? new IPEndPoint(address.MapToIPv4(), port).ToString() : $"{endPoint}";

    /// <summary>All but the checksum's value, which the writer sets.</summary>
    public static string Told(ProxyTlvs tlvs)
    {
        byte[] bytes = tlvs.Bytes.ToArray();
        int at = 0;
        foreach (ProxyTlv tlv in tlvs)
        {
            at += PrefixLength;
            if (tlv.Type == ProxyTlvType.Crc32c)
            {
                bytes.AsSpan(at, (int)tlv.Value.Length).Clear();
            }

            at += (int)tlv.Value.Length;
        }

        Expect.Equal(bytes.Length, at, "the length of the TLVs");
        return Convert.ToHexString(bytes);
    }

    private static Verdict Parse(in ReadOnlySequence<byte> bytes, out ProxyHeader header)
    {
        OperationStatus status = ProxyHeader.Parse(bytes, out header, out ProxyHeaderError error);
        Expect.That(status is OperationStatus.Done or OperationStatus.NeedMoreData or OperationStatus.InvalidData, $"{status}");
        Expect.Equal(status == OperationStatus.InvalidData, error != ProxyHeaderError.None, $"{status} with {error}");
        if (status != OperationStatus.Done)
        {
            return new Verdict(status, error, header.Length, null);
        }

        bool isTls = ProxySslInfo.TryGet(header, out ProxySslInfo info);
        Expect.That(isTls || !info.IsVerified, "verified without TLS");
        return new Verdict(status, error, header.Length, $"{header.Version} {header.IsLocal} {header.Family} {header.Transport} {header.Source} {header.Destination} {Told(header.Tlvs)} {info.IsVerified}");
    }

    private sealed record Verdict(OperationStatus Status, ProxyHeaderError Error, int Length, string? Says);
}
