using System.Security.Authentication;
using System.Security.Cryptography;
using SocketConnector.Rendezvous.Wire;

namespace SocketConnector.Rendezvous.EndToEnd;

/// <summary>The exchange of proofs, on whatever stream.</summary>
internal static class Proof
{
    /// <summary>Sends this end's and reads the other's.</summary>
    /// <param name="stream">Nothing behind the proof is read from it.</param>
    /// <param name="mine">This end's.</param>
    /// <param name="expected">What an honest other end sends.</param>
    /// <param name="cancellationToken">The caller's bound in time.</param>
    /// <exception cref="AuthenticationException">The other's is not what it has to be.</exception>
    public static async ValueTask ExchangeAsync(Stream stream, byte[] mine, byte[] expected, CancellationToken cancellationToken)
    {
        await stream.WriteAsync(mine, cancellationToken).ConfigureAwait(false);
        await stream.FlushAsync(cancellationToken).ConfigureAwait(false);
        byte[] theirs = new byte[expected.Length];
        await stream.ReadExactlyAsync(theirs, cancellationToken).ConfigureAwait(false);
        if (!CryptographicOperations.FixedTimeEquals(theirs, expected))
        {
            throw new AuthenticationException("the other end does not know the secret, or somebody is in between");
        }
    }

    public static EndRole Other(EndRole role) => role == EndRole.Listen ? EndRole.Connect : EndRole.Listen;
}
