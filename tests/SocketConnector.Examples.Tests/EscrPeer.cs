using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;

namespace SocketConnector.Examples.Tests;

/// <summary>What a peer of NoPorts answers to the challenge of a relay, and how it goes wrong.</summary>
/// <param name="Session">The session's name.</param>
/// <param name="AesKey">The session's key.</param>
/// <param name="Signing">Whose private key signs.</param>
/// <param name="Signer">The address of its public key.</param>
/// <param name="Side">The side that it claims.</param>
internal sealed record EscrPeer(string Session, byte[] AesKey, RSA Signing, string Signer, string Side)
{
    /// <summary>What is signed, and how it is written.</summary>
    public Func<string, string> Signed { get; init; } = static claim => claim;

    /// <summary>What is sent as the claim, by that which was signed.</summary>
    public Func<string, string> Sent { get; init; } = static claim => claim;

    /// <summary>What the envelope says beside it.</summary>
    public string Algorithms { get; init; } = """
        "ha":"sha256","sa":"rsa2048"
        """;

    /// <summary>The line of the response, without its line feed.</summary>
    public string Answer(string challenge)
    {
        string claim = Signed($$"""{"sid":"{{Session}}","c":"{{challenge}}","side":"{{Side}}"}""");
        string signature = Convert.ToBase64String(Signing.SignData(Encoding.UTF8.GetBytes(claim), HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1));
        string envelope = $$"""{"p":{{Sent(claim)}},"s":"{{signature}}",{{Algorithms}},"sk":"{{Signer}}"}""";
        byte[] counter = RandomNumberGenerator.GetBytes(16);
        string sealing = $$"""{"iv":"{{Convert.ToBase64String(counter)}}","e":"{{Convert.ToBase64String(Encrypt(counter, Base64(envelope)))}}"}""";
        return $"{Session}:{Base64(sealing)}";
    }

    private static string Base64(string text) => Convert.ToBase64String(Encoding.UTF8.GetBytes(text));

    /// <summary>AES in counter mode, a block at a time, over text padded as PKCS #7 says.</summary>
    private byte[] Encrypt(byte[] counter, string text)
    {
        int padding = 16 - (text.Length % 16);
        byte[] bytes = [.. Encoding.ASCII.GetBytes(text), .. Enumerable.Repeat((byte)padding, padding)];
        using var aes = Aes.Create();
        aes.Key = AesKey;
        UInt128 block = BinaryPrimitives.ReadUInt128BigEndian(counter);
        for (int at = 0; at < bytes.Length; at += 16)
        {
            byte[] pad = new byte[16];
            BinaryPrimitives.WriteUInt128BigEndian(pad, block++);
            pad = aes.EncryptEcb(pad, PaddingMode.None);
            for (int i = 0; i < 16; i++)
            {
                bytes[at + i] ^= pad[i];
            }
        }

        return bytes;
    }
}
