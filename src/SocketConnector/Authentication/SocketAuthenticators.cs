using SocketConnector.Authentication;

namespace SocketConnector;

/// <summary>
/// Built-in verifiers for <see cref="SideOptions.AuthVerifier"/>, in pairs: one end proves that it has a key, the other verifies it. Either may
/// listen or connect out. The wire formats are in the guide on authentication.
/// </summary>
/// <remarks>
/// Authentication is at the start alone: it neither encrypts nor protects what is relayed. A far end that is silent ends with
/// <see cref="CloseReason.AuthTimeout"/>, one that leaves with <see cref="CloseReason.PeerReset"/>, and one that says anything wrong, or too
/// much of it, with <see cref="CloseReason.AuthRejected"/>. What follows the last message is relayed.
/// </remarks>
public static class SocketAuthenticators
{
    /// <summary>
    /// Accepts a peer that sends the secret of one of these keys as one line, and answers <c>ok</c>, or <c>no</c> to anything else. The name of
    /// the key becomes the <see cref="Peer.Identity"/>.
    /// </summary>
    /// <param name="keys">At least one, with different names: several while keys are changed, or one for each user.</param>
    /// <returns>A verifier, which any number of sides may share.</returns>
    /// <remarks>Whoever sees the line has the secret: use it inside TLS or on a trusted network, and HMAC elsewhere.</remarks>
    /// <exception cref="ArgumentException">
    /// There is no key, or two have one name; or a secret is longer than 254 bytes, or has a control character in it.
    /// </exception>
    public static SocketAuthVerifier VerifySharedSecret(params IEnumerable<AuthKey> keys) => new SharedSecretVerifier(KeyRing.ListOf(keys, nameof(keys))).RunAsync;

    /// <summary>Sends the secret of this key as one line, and accepts the far end if it answers <c>ok</c>. The far end proves nothing.</summary>
    /// <param name="key">Its name is not sent.</param>
    /// <returns>A verifier, which any number of sides may share.</returns>
    /// <exception cref="ArgumentException">The secret is longer than 254 bytes, or has a control character in it.</exception>
    public static SocketAuthVerifier ProveSharedSecret(AuthKey key)
    {
        ArgumentNullException.ThrowIfNull(key);
        return new SharedSecretProver(key).RunAsync;
    }

    /// <summary>
    /// Challenges the peer to prove that it has one of these keys, by HMAC-SHA256 over fresh random numbers of both ends; then proves the same to
    /// it. The name of the key becomes the <see cref="Peer.Identity"/>. To anything wrong the answer is the same <c>no</c>.
    /// </summary>
    /// <param name="keys">At least one, with different names: several while keys are changed, or one for each user.</param>
    /// <returns>A verifier, which any number of sides may share.</returns>
    /// <exception cref="ArgumentException">There is no key, two have one name, or a secret is shorter than 16 bytes.</exception>
    public static SocketAuthVerifier VerifyHmac(params IEnumerable<AuthKey> keys) => new HmacVerifier(new KeyRing(KeyRing.ListOf(keys, nameof(keys)), nameof(keys))).RunAsync;

    /// <summary>
    /// Waits for the challenge of the far end, proves that this end has the key, and accepts the far end if that has it too. The name of the key
    /// becomes the <see cref="Peer.Identity"/> of the far end.
    /// </summary>
    /// <param name="key">Its name is sent in the clear.</param>
    /// <returns>A verifier, which any number of sides may share.</returns>
    /// <exception cref="ArgumentException">The secret is shorter than 16 bytes.</exception>
    public static SocketAuthVerifier ProveHmac(AuthKey key)
    {
        ArgumentNullException.ThrowIfNull(key);
        return new HmacProver(new HmacKey(key, nameof(key))).RunAsync;
    }
}
