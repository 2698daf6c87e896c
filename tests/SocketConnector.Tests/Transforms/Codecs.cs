using System.IO.Compression;
using System.Security.Cryptography;
using SocketConnector.TestKit;

namespace SocketConnector.Tests.Transforms;

/// <summary>What the base class library offers, as transformers: a block cipher through either kind of stream, and gzip.</summary>
internal static class Codecs
{
    private static readonly byte[] _key = RandomBytes.Of(seed: 11, 32);
    private static readonly byte[] _vector = RandomBytes.Of(seed: 12, 16);

    public static DataTransformer Encrypting => Transformers.FromStream(inner => new CryptoStream(inner, Encryptor(), CryptoStreamMode.Write));

    public static DataTransformer EncryptingWhenRead => Transformers.FromReadingStream(inner => new CryptoStream(inner, Encryptor(), CryptoStreamMode.Read));

    public static DataTransformer Decrypting => Transformers.FromStream(inner => new CryptoStream(inner, Decryptor(), CryptoStreamMode.Write));

    public static DataTransformer DecryptingWhenRead => Transformers.FromReadingStream(inner => new CryptoStream(inner, Decryptor(), CryptoStreamMode.Read));

    public static DataTransformer Zipping => Transformers.FromStream(inner => new GZipStream(inner, CompressionLevel.Fastest));

    public static DataTransformer Unzipping => Transformers.FromReadingStream(inner => new GZipStream(inner, CompressionMode.Decompress));

    public static byte[] Decrypt(byte[] bytes)
    {
        using Aes aes = Aes.Create();
        aes.Key = _key;
        return aes.DecryptCbc(bytes, _vector);
    }

    public static byte[] Unzip(byte[] bytes)
    {
        using var unzipped = new MemoryStream();
        using (var zip = new GZipStream(new MemoryStream(bytes), CompressionMode.Decompress))
        {
            zip.CopyTo(unzipped);
        }

        return unzipped.ToArray();
    }

    private static ICryptoTransform Encryptor() => Cipher(static (aes, key, vector) => aes.CreateEncryptor(key, vector));

    private static ICryptoTransform Decryptor() => Cipher(static (aes, key, vector) => aes.CreateDecryptor(key, vector));

    private static ICryptoTransform Cipher(Func<Aes, byte[], byte[], ICryptoTransform> create)
    {
        using Aes aes = Aes.Create();
        return create(aes, _key, _vector);
    }
}
