using System.Buffers.Binary;

namespace SocketConnector.Rendezvous.Tests.EndToEnd;

/// <summary>A piece of a direction: a record of TLS, or what was written at once where TLS is not spoken.</summary>
/// <param name="Index">How many came before it.</param>
/// <param name="Offset">How many bytes came before it.</param>
/// <param name="Bytes">What it is.</param>
internal sealed record Piece(int Index, int Offset, byte[] Bytes)
{
    private const int ChangeCipherSpec = 20;
    private const int Handshake = 22;

    /// <summary>
    /// Whether TLS 1.3 ignores the byte here, so that nobody can notice a change of it (RFC 8446, section 5.1: the version of a record in plain
    /// text; section 5: change_cipher_spec). Neither is a byte of the users', or has an effect.
    /// </summary>
    public bool IsIgnored(int at) => Bytes[0] == ChangeCipherSpec || (Bytes[0] == Handshake && at is 1 or 2);
}

/// <summary>What a relay makes of a piece.</summary>
/// <param name="Bytes">To pass on.</param>
/// <param name="Ends">Whether the direction ends behind them.</param>
internal readonly record struct Passed(byte[] Bytes, bool Ends = false);

/// <summary>The relay between two ends, honest unless it is told to tamper.</summary>
internal static class Carrier
{
    private const int HeaderLength = 5;

    public static Passed Honest(Piece piece) => new(piece.Bytes);

    public static async Task CarryAsync(MemoryWire from, MemoryWire to, bool isTls, Func<Piece, Passed> tamper)
    {
        try
        {
            await foreach (Piece piece in PiecesAsync(from, isTls))
            {
                Passed passed = tamper(piece);
                await to.WriteAsync(passed.Bytes);
                if (passed.Ends)
                {
                    await to.EndAsync(CancellationToken.None);
                    await from.CopyToAsync(Stream.Null);
                    return;
                }
            }

            await to.EndAsync(CancellationToken.None);
        }
        catch (IOException)
        {
            from.Abort();
            to.Abort();
        }
    }

    public static List<byte[]> RecordsOf(byte[] bytes)
    {
        var records = new List<byte[]>();
        while (Length(bytes) is var length && length <= bytes.Length)
        {
            records.Add(bytes[..length]);
            bytes = bytes[length..];
        }

        return records;
    }

    private static async IAsyncEnumerable<Piece> PiecesAsync(MemoryWire from, bool isTls)
    {
        (int index, int offset) = (0, 0);
        byte[] held = [], room = new byte[16 * 1024];
        int count;
        do
        {
            count = await from.ReadAsync(room);
            held = [.. held, .. room.AsSpan(0, count)];
            while (held.Length > 0 && (!isTls || count == 0 || Length(held) <= held.Length))
            {
                byte[] bytes = isTls && count > 0 ? held[..Length(held)] : held;
                held = held[bytes.Length..];
                yield return new Piece(index++, offset, bytes);
                offset += bytes.Length;
            }
        }
        while (count > 0);
    }

    private static int Length(ReadOnlySpan<byte> held) =>
        held.Length < HeaderLength ? int.MaxValue : HeaderLength + BinaryPrimitives.ReadUInt16BigEndian(held[3..]);
}
