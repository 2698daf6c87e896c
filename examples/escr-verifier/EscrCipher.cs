using System.Buffers.Binary;
using System.Security.Cryptography;

/// <summary>AES-256 in counter mode over what was padded to whole blocks, as at_chops has it.</summary>
internal static class EscrCipher
{
    private const int Block = 16;

    /// <exception cref="CryptographicException">The key, the counter or the padding is wrong.</exception>
    public static byte[] Decrypt(byte[] key, byte[] counter, byte[] encrypted)
    {
        byte[] text = Apply(key, counter, encrypted);
        int padding = text.Length > 0 && text.Length % Block == 0 ? text[^1] : 0;
        return padding is >= 1 and <= Block && text.AsSpan(^padding..).IndexOfAnyExcept((byte)padding) < 0
            ? text[..^padding]
            : throw new CryptographicException("the padding is wrong");
    }

    /// <summary>Encrypts what is plain, and the other way round.</summary>
    private static byte[] Apply(byte[] key, byte[] counter, byte[] input)
    {
        if (key.Length != 32 || counter.Length != Block)
        {
            throw new CryptographicException("the key must have 32 bytes, and the counter 16");
        }

        using var aes = Aes.Create();
        aes.Key = key;
        UInt128 next = BinaryPrimitives.ReadUInt128BigEndian(counter);
        byte[] counters = new byte[(input.Length + Block - 1) / Block * Block];
        for (int at = 0; at < counters.Length; at += Block)
        {
            BinaryPrimitives.WriteUInt128BigEndian(counters.AsSpan(at), next++);
        }

        byte[] pad = aes.EncryptEcb(counters, PaddingMode.None);
        return [.. input.Select((one, at) => (byte)(one ^ pad[at]))];
    }
}
