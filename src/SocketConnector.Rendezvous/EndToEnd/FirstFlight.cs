using SocketConnector.Rendezvous.Wire;

namespace SocketConnector.Rendezvous.EndToEnd;

/// <summary>
/// One end's side of the end-to-end handshake, begun before there is a partner: a connecting end's first bytes travel in its JOIN.
/// One for each JOIN; disposing it abandons the handshake.
/// </summary>
internal abstract class FirstFlight : IDisposable
{
    /// <summary>How much of it JOIN has room for, in bytes. The rest follows PAIRED.</summary>
    public const int MaxEarlyLength = 1024;

    /// <summary>The first bytes, to be put into JOIN; none of an end that listens.</summary>
    public ReadOnlyMemory<byte> Early { get; private protected set; }

    /// <param name="mode">The same at both ends.</param>
    /// <param name="role">This end's.</param>
    /// <param name="keys">Of the secret.</param>
    /// <param name="cancellationToken">Given up.</param>
    public static async ValueTask<FirstFlight> BeginAsync(EndToEndMode mode, EndRole role, EndKeys keys, CancellationToken cancellationToken) => mode switch
    {
        EndToEndMode.Tls => await TlsFlight.BeginAsync(role, keys, EndCertificate.OfProcess, MaxEarlyLength, cancellationToken).ConfigureAwait(false),
        EndToEndMode.Proof => new ProofFlight(role, keys),
        _ => new BareFlight(),
    };

    /// <summary>Goes on once the partner is there. Called once.</summary>
    /// <param name="transport">Begins behind PAIRED. Stays the caller's, to abort, where this fails; the result's otherwise.</param>
    /// <param name="cancellationToken">The caller's bound in time: a partner or a relay may stall for ever.</param>
    /// <returns>What the users' bytes flow on.</returns>
    /// <exception cref="System.Security.Authentication.AuthenticationException">The other end does not know the secret, or somebody is in between.</exception>
    /// <exception cref="IOException">The stream has failed or ended.</exception>
    public abstract ValueTask<EndTransport> ContinueAsync(EndTransport transport, CancellationToken cancellationToken);

    public virtual void Dispose()
    {
    }

    /// <summary>Of mode <see cref="EndToEndMode.None"/>.</summary>
    private sealed class BareFlight : FirstFlight
    {
        public override ValueTask<EndTransport> ContinueAsync(EndTransport transport, CancellationToken cancellationToken) => new(transport);
    }
}
