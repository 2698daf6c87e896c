using System.Security.Cryptography;

namespace SocketConnector.Rendezvous.Wire;

/// <summary>What an end sends to show that it knows the secret. Both ends compute both; each sends its own and compares the other's.</summary>
internal static class ProofMessage
{
    /// <summary>Length of a proof, in bytes.</summary>
    public const int Length = 32;

    /// <summary>Length of a nonce, in bytes.</summary>
    public const int NonceLength = 16;

    /// <summary>Inside TLS: bound to both certificates, so a relay in the middle, which has two sessions, can use neither.</summary>
    /// <param name="key">The proof key of the role.</param>
    /// <param name="role">The role of the end that sends it.</param>
    /// <param name="listen">The certificate of the end that listens, as DER.</param>
    /// <param name="connect">The certificate of the end that connects, as DER.</param>
    /// <returns>The message.</returns>
    public static byte[] OfTls(ReadOnlySpan<byte> key, EndRole role, ReadOnlySpan<byte> listen, ReadOnlySpan<byte> connect) =>
        HMACSHA256.HashData(key, [.. "SCR/1 tls"u8, (byte)role, .. SHA256.HashData(listen), .. SHA256.HashData(connect)]);

    /// <summary>On bare bytes: bound to both nonces, so it is good once.</summary>
    /// <param name="key">The proof key of the role.</param>
    /// <param name="role">The role of the end that sends it.</param>
    /// <param name="listen">The nonce of the end that listens.</param>
    /// <param name="connect">The nonce of the end that connects.</param>
    /// <returns>The message.</returns>
    public static byte[] OfNonces(ReadOnlySpan<byte> key, EndRole role, ReadOnlySpan<byte> listen, ReadOnlySpan<byte> connect) =>
        HMACSHA256.HashData(key, [.. "SCR/1 proof"u8, (byte)role, .. listen, .. connect]);
}
