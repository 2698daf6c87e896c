using System.Buffers;
using System.Net;
using System.Text;
using FsCheck;
using FsCheck.Fluent;
using SocketConnector.TestKit;

namespace SocketConnector.ProxyProtocol.Tests;

/// <summary>What holds for every header, and for bytes that are none.</summary>
public sealed class PropertyTests
{
    private const int Cases = 5000;

    private static readonly byte[][] _valid = [.. Headers.Valid.Select(row => row.Data.Item2)];

    private static Gen<IPEndPoint> EndPoints { get; } =
        from isIPv6 in Gen.Elements(false, true)
        from bytes in Gen.ArrayOf(ArbMap.Default.GeneratorFor<byte>(), isIPv6 ? 16 : 4)
        from zeros in Gen.ArrayOf(Gen.Elements(false, false, true), bytes.Length)
        from isTunnel in Gen.Elements(false, false, false, true)
        from port in Gen.Choose(0, ushort.MaxValue)
        let cleared = (byte[])[.. bytes.Zip(zeros, static (one, isZero) => isZero ? (byte)0 : one)]

        // Which .NET writes with an IPv4 address inside (RFC 5214, ISATAP).
        select new IPEndPoint(new IPAddress(isIPv6 && isTunnel ? [.. cleared[..8], 0, 0, 0x5E, 0xFE, .. cleared[12..]] : cleared), port);

    private static Gen<byte[]> Mutated { get; } =
        from valid in Gen.Elements(_valid)
        from at in Gen.Choose(0, valid.Length - 1)
        from change in Gen.Choose(0, 3)
        from value in Gen.OneOf(ArbMap.Default.GeneratorFor<byte>(), Gen.Elements(" .:0\r\n\0"u8.ToArray()))
        select change switch
        {
            0 => (byte[])[.. valid[..at], value, .. valid[(at + 1)..]],
            1 => [.. valid[..at], value, .. valid[at..]],
            2 => [.. valid[..at], .. valid[(at + 1)..]],
            _ => valid[..at],
        };

    [Fact]
    public Task B95_What_was_written_is_read_as_it_was() => CheckAsync(
        EndPoints.Two(),
        pair =>
        {
            bool areBothIPv4 = IsIPv4(pair.Item1) && IsIPv4(pair.Item2);
            string expected = $"{InFamily(pair.Item1, areBothIPv4)} {InFamily(pair.Item2, areBothIPv4)}";
            byte[] room = new byte[ProxyHeader.MaxLengthV1];
            Assert.True(ProxyHeaderWriter.TryWriteV1(pair.Item1, pair.Item2, room, out int written));
            Assert.Equal((OperationStatus.Done, ProxyHeaderError.None), (Headers.Parse(room.AsMemory(0, written), out ProxyHeader first, out ProxyHeaderError error), error));
            Assert.Equal(expected, $"{first.Source} {first.Destination}");
            Assert.True(ProxyHeaderWriter.TryWriteV2(pair.Item1, pair.Item2, room, out written));
            Assert.Equal(OperationStatus.Done, Headers.Parse(room.AsMemory(0, written), out ProxyHeader second, out _));
            Assert.Equal(expected, $"{second.Source} {second.Destination}");
        });

    [Fact]
    public Task B95_Whatever_comes_it_is_told_once_and_for_all() => CheckAsync(
        Mutated,
        bytes =>
        {
            // A verdict over a part never changes with what comes after it.
            (OperationStatus Status, ProxyHeaderError Error, int Length) verdict = default;
            for (int length = 0; length <= bytes.Length; length++)
            {
                OperationStatus status = Headers.Parse(bytes.AsMemory(0, length), out ProxyHeader header, out ProxyHeaderError error);
                if (length > 0 && verdict.Status != OperationStatus.NeedMoreData)
                {
                    Assert.Equal((verdict, length), ((status, error, header.Length), length));
                }

                Assert.True((status == OperationStatus.InvalidData) == (error != ProxyHeaderError.None), $"{status} with {error}");
                Assert.InRange(header.Length, 0, length);
                verdict = (status, error, header.Length);
                _ = (header.Source, header.Destination);
            }
        });

    [Fact]
    public Task An_address_means_what_it_means_to_the_runtime() => CheckAsync(
        Gen.ListOf(Gen.Elements("0", "1", "9", "a", "F", "00", "255", "256", "ffff", ":", ":", "::", ".", "%", " ", "x")),
        parts =>
        {
            string text = string.Concat(parts);
            byte[] line = Headers.V1($"PROXY TCP6 {text} ::1 1 2");
            if (line.Length <= ProxyHeader.MaxLengthV1 && Headers.Parse(line, out ProxyHeader header, out _) == OperationStatus.Done)
            {
                Assert.True(IPAddress.TryParse(text, out IPAddress? address), $"'{text}' was taken for an address");
                Assert.Equal(address, ((IPEndPoint)header.Source!).Address);
            }
        });

    [Fact]
    public Task Every_spelling_that_the_runtime_prints_is_read() => CheckAsync(
        EndPoints,
        endPoint =>
        {
            string address = endPoint.Address.ToString();
            byte[] line = Encoding.ASCII.GetBytes($"PROXY {(IsIPv4(endPoint) ? "TCP4" : "TCP6")} {address} {(IsIPv4(endPoint) ? "192.0.2.1" : "::1")} {endPoint.Port} {endPoint.Port}\r\n");
            Assert.Equal((OperationStatus.Done, ProxyHeaderError.None), (Headers.Parse(line, out ProxyHeader header, out ProxyHeaderError error), error));
            Assert.Equal(endPoint, header.Source);
        });

    private static bool IsIPv4(IPEndPoint endPoint) => endPoint.Address.AddressFamily == System.Net.Sockets.AddressFamily.InterNetwork;

    private static IPEndPoint InFamily(IPEndPoint endPoint, bool isIPv4) => isIPv4 ? endPoint : new IPEndPoint(endPoint.Address.MapToIPv6(), endPoint.Port);

    private static Task CheckAsync<T>(Gen<T> generator, Action<T> body) => Seeded.CheckAsync(generator, Cases, body);
}
