using SocketConnector.Diagnostics;
using SocketConnector.Sockets;

namespace SocketConnector.Admission;

/// <summary>Everything between "a socket exists" and "it may be joined": settings first, then authentication.</summary>
internal sealed class AdmissionDesk(ConnectorOptions options, Observer observer)
{
    public SelfConnection Self { get; } = new(options.TimeProvider);

    /// <summary>
    /// Takes the socket over. Either it may be joined, or it is closed and the refusal says why; the caller reports it, because
    /// only the caller knows who else is concerned. Without a verifier it finishes at once.
    /// </summary>
    public async ValueTask<(PeerStream Peer, Refusal? Refusal)> AdmitAsync(Side side, ByteStream socket, SideOptions sideOptions, CancellationToken stopping)
    {
        var peer = new PeerStream(side, socket, sideOptions.Transformer, options.TimeProvider.GetUtcNow());
        if (sideOptions is AddOptions { LeadingBytes: { IsEmpty: false } leading })
        {
            peer.Unread(leading.ToArray());
        }

        try
        {
            return (peer, await AdmitAsync(peer, sideOptions, stopping).ConfigureAwait(false));
        }
        catch (Exception error)
        {
            // Ours; this socket is refused for it, and nothing else suffers.
            observer.Log.Fault(error);
            peer.Abort();
            return (peer, new Refusal(CloseReason.Aborted, null, error));
        }
    }

    private async ValueTask<Refusal?> AdmitAsync(PeerStream peer, SideOptions sideOptions, CancellationToken stopping)
    {
        observer.Log.PeerConnected(peer.Peer);
        Refusal? refusal = (sideOptions is ConnectOptions ? Self.OfDialled(peer.Peer) : Self.OfAccepted(peer.Peer)) ?? Configure(peer);

        if (refusal is null && sideOptions.AuthVerifier is { } verifier)
        {
            refusal = await AuthenticateAsync(peer, verifier, stopping).ConfigureAwait(false);
        }

        if (refusal is { Reason: CloseReason.AuthRejected })
        {
            // In order, so that what the verifier had to say to the peer arrives.
            await peer.PartAsync(options.TimeProvider, stopping).ConfigureAwait(false);
        }
        else if (refusal is not null)
        {
            peer.Abort();
        }

        return refusal;
    }

    private Refusal? Configure(PeerStream peer)
    {
        try
        {
            peer.Stream.Configure(options.KeepAlive);
            return null;
        }
        catch (Exception error) when (SocketFailure.Is(error))
        {
            return new Refusal(CloseReason.PeerReset, peer.Side, error);
        }
    }

    private async Task<Refusal?> AuthenticateAsync(PeerStream peer, SocketAuthVerifier verifier, CancellationToken stopping)
    {
        AuthenticationPipe pipe = new(peer, options.BufferSize);
        await using (pipe.ConfigureAwait(false))
        {
            try
            {
                (AuthResult result, Exception? failure) = await Deadline.RunAsync(
                    $"The verifier of {peer.Peer}",
                    token => ConverseAsync(verifier, new AuthContext(peer.Peer, pipe), token),
                    options.AdmissionTimeout,
                    options.TimeProvider,
                    observer.Log,
                    stopping).ConfigureAwait(false);
                if (failure is not null)
                {
                    return Failed(peer, pipe, failure);
                }

                if (!result.IsAccepted)
                {
                    return new Refusal(CloseReason.AuthRejected, peer.Side, new UnauthorizedAccessException(result.Reason ?? "the verifier rejected it"));
                }

                await pipe.DetachAsync().ConfigureAwait(false);
                observer.Log.PeerAuthenticated(peer.Peer);
                return null;
            }
            catch (TimeoutException error)
            {
                return new Refusal(CloseReason.AuthTimeout, peer.Side, error);
            }
            catch (OperationCanceledException) when (stopping.IsCancellationRequested)
            {
                return Refusal.Stopped;
            }
            catch (Exception error)
            {
                return Failed(peer, pipe, error);
            }
        }
    }

    /// <summary>A verifier may throw what a socket throws; only the socket itself tells that the peer has gone.</summary>
    private static Refusal Failed(PeerStream peer, AuthenticationPipe pipe, Exception error) => pipe.SocketFailed is { } gone
        ? new Refusal(CloseReason.PeerReset, peer.Side, gone)
        : new Refusal(CloseReason.AuthFailed, null, error);

    /// <summary>What the verifier wrote last belongs to the conversation, and so to its deadline: a peer need not read it.</summary>
    /// <returns>The verdict; or what the verifier threw, apart from what the deadline throws.</returns>
    private static async ValueTask<(AuthResult Result, Exception? Failure)> ConverseAsync(SocketAuthVerifier verifier, AuthContext context, CancellationToken cancellationToken)
    {
        try
        {
            AuthResult result = await verifier(context, cancellationToken).ConfigureAwait(false);
            await context.Transport.Output.FlushAsync(cancellationToken).ConfigureAwait(false);
            return (result, null);
        }
        catch (Exception error) when (!cancellationToken.IsCancellationRequested)
        {
            return (default, error);
        }
    }
}
