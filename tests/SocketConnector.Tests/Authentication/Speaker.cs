using System.Security.Cryptography;
using System.Text;
using SocketConnector.TestKit;

namespace SocketConnector.Tests.Authentication;

/// <summary>Speaks both protocols as the page on authentication tells them, with nothing of ours.</summary>
internal static class Speaker
{
    public const string Secret = "correct horse battery staple";
    public const string Refusal = "no\n";

    private const int ChallengeLength = 76;
    private const int AcceptanceLength = 68;

    public static AuthKey Alice => new("alice", Secret);

    public static string Nonce() => RandomNumberGenerator.GetHexString(64, lowercase: true);

    public static string Proof(string role, string name, string verifierNonce, string proverNonce, string secret = Secret, string label = "SCA-HMAC/1") => Convert.ToHexStringLower(
        HMACSHA256.HashData(Encoding.UTF8.GetBytes(secret), Encoding.ASCII.GetBytes($"{label} {role} {name} {verifierNonce} {proverNonce}")));

    /// <returns>The nonce.</returns>
    public static async Task<string> ReadChallengeAsync(this TestPeer peer)
    {
        string line = await peer.ReadTextAsync(ChallengeLength);
        Assert.Matches("^SCA-HMAC/1 [0-9a-f]{64}\n$", line);
        return line[11..^1];
    }

    /// <summary>Proves to what verifies, and checks what that proves.</summary>
    public static async Task ProveAsync(this TestPeer peer, string name = "alice", string secret = Secret, string behind = "")
    {
        string theirs = await peer.ReadChallengeAsync(), mine = Nonce();
        await peer.WriteAsync($"{name} {mine} {Proof("prover", name, theirs, mine, secret)}\n{behind}");
        Assert.Equal($"ok {Proof("verifier", name, theirs, mine, secret)}\n", await peer.ReadTextAsync(AcceptanceLength));
    }

    /// <summary>Verifies what proves, and proves itself.</summary>
    public static async Task ChallengeAsync(this TestPeer peer, string name = "alice", string secret = Secret, string behind = "")
    {
        string mine = Nonce();
        string theirs = await peer.ReadResponseAsync(mine, name, secret);
        await peer.WriteAsync($"ok {Proof("verifier", name, mine, theirs, secret)}\n{behind}");
    }

    /// <returns>The prover's nonce.</returns>
    public static async Task<string> ReadResponseAsync(this TestPeer peer, string nonce, string name = "alice", string secret = Secret)
    {
        await peer.WriteAsync($"SCA-HMAC/1 {nonce}\n");
        string[] response = (await peer.ReadTextAsync(name.Length + 131)).Split(' ', '\n');
        Assert.Equal([name, response[1], Proof("prover", name, nonce, response[1], secret), ""], response);
        return response[1];
    }
}
