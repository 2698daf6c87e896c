using System.Security.Cryptography;
using System.Text;

namespace SocketConnector.Authentication;

/// <summary>A key as HMAC-SHA256 uses it (RFC 2104): padded to a block, or hashed first where it is longer, so that all take the same steps.</summary>
internal sealed class HmacKey
{
    internal const int MinSecretLength = 16;

    private const int BlockSize = 64;

    private readonly byte[] _block = new byte[BlockSize];

    /// <exception cref="ArgumentException">The secret is too short.</exception>
    public HmacKey(AuthKey key, string parameter)
        : this(key.Name)
    {
        if (key.Secret.Length < MinSecretLength)
        {
            throw new ArgumentException($"The secret of key '{key.Name}' has {key.Secret.Length} bytes, and HMAC needs at least {MinSecretLength}.", parameter);
        }

        if (key.Secret.Length > BlockSize)
        {
            SHA256.HashData(key.Secret, _block);
        }
        else
        {
            key.Secret.CopyTo(_block);
        }
    }

    private HmacKey(string name) => Name = name;

    public string Name { get; }

    /// <summary>One that nobody has, for names that nobody has.</summary>
    public static HmacKey Dummy()
    {
        var key = new HmacKey("");
        RandomNumberGenerator.Fill(key._block);
        return key;
    }

    public byte[] Hash(string text) => HMACSHA256.HashData(_block, Encoding.ASCII.GetBytes(text));
}
