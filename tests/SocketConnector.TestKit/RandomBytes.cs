using System.Security.Cryptography;

namespace SocketConnector.TestKit;

/// <summary>Bytes that look random and are the same for the same seed.</summary>
public static class RandomBytes
{
    public static byte[] Of(int seed, int count)
    {
        byte[] bytes = new byte[count];
        new Random(seed).NextBytes(bytes);
        return bytes;
    }

    public static string Sha256(ReadOnlySpan<byte> bytes) => Convert.ToHexString(SHA256.HashData(bytes));
}
