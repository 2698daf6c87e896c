using System.Security.Cryptography;

namespace SocketConnector.Rendezvous.Wire;

/// <summary>What both ends derive from their secret, by HKDF-SHA256 with one label each.</summary>
internal static class SessionKeys
{
    /// <summary>Of a key, in bytes.</summary>
    public const int KeyLength = 32;

    /// <param name="secret">The secret's bytes.</param>
    /// <param name="mode">How the ends protect what they say.</param>
    /// <returns>Where they meet.</returns>
    public static SessionName Name(ReadOnlySpan<byte> secret, EndToEndMode mode)
    {
        Span<byte> name = stackalloc byte[SessionName.Length];
        Derive(secret, name, mode switch
        {
            EndToEndMode.Tls => "session tls"u8,
            EndToEndMode.Proof => "session proof"u8,
            _ => "session none"u8,
        });
        return SessionName.Read(name);
    }

    /// <param name="secret">The secret's bytes.</param>
    /// <param name="role">The role of the end that proves itself with it.</param>
    /// <returns>The key. A key for each role, or a proof could be sent back as its own answer.</returns>
    public static byte[] Proof(ReadOnlySpan<byte> secret, EndRole role) => Derive(secret, role == EndRole.Listen ? "proof listen"u8 : "proof connect"u8);

    /// <param name="secret">The secret's bytes.</param>
    /// <returns>A key that is kept for binding something else to the session; no mode uses it yet.</returns>
    public static byte[] Binding(ReadOnlySpan<byte> secret) => Derive(secret, "binding"u8);

    private static byte[] Derive(ReadOnlySpan<byte> secret, ReadOnlySpan<byte> label)
    {
        byte[] key = new byte[KeyLength];
        Derive(secret, key, label);
        return key;
    }

    private static void Derive(ReadOnlySpan<byte> secret, Span<byte> key, ReadOnlySpan<byte> label) =>
        HKDF.DeriveKey(HashAlgorithmName.SHA256, secret, key, "SCR/1"u8, label);
}
