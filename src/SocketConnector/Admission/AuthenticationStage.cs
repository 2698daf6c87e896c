using System.Globalization;
using Microsoft.Extensions.Logging;
using SocketConnector.Diagnostics;
using SocketConnector.Sockets;

namespace SocketConnector.Admission;

/// <summary>The stage that lets a user's verifier talk to the peer.</summary>
internal sealed class AuthenticationStage(ConnectorOptions options, ILogger log)
{
    public async ValueTask<Refusal?> RunAsync(AdmissionContext context, CancellationToken stopping)
    {
        if (context.Options.AuthVerifier is not { } verifier)
        {
            return null;
        }

        Refusal? refusal = await AuthenticateAsync(context, verifier, stopping).ConfigureAwait(false);
        if (refusal is { Reason: CloseReason.AuthRejected })
        {
            // In order, so that what the verifier had to say to the peer arrives.
            await context.Peer.PartAsync(options.TimeProvider, stopping).ConfigureAwait(false);
        }

        return refusal;
    }

    private async Task<Refusal?> AuthenticateAsync(AdmissionContext context, SocketAuthVerifier verifier, CancellationToken stopping)
    {
        PeerStream peer = context.Peer;
        AuthenticationPipe pipe = new(peer, options.BufferSize);
        await using (pipe.ConfigureAwait(false))
        {
            try
            {
                (AuthResult result, Dictionary<object, object?>? items, Exception? failure) = await Deadline.RunAsync(
                    $"The verifier of {peer.Peer}",
                    token => ConverseAsync(verifier, new AuthContext(peer.Peer, pipe), token),
                    context.Remaining,
                    options.TimeProvider,
                    log,
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
                peer.Peer.Learn(result.Key, result.Identity, items);
                log.PeerAuthenticated(peer.Peer);
                return null;
            }
            catch (TimeoutException error)
            {
                string limit = context.Limit.TotalSeconds.ToString("0.###", CultureInfo.InvariantCulture);
                return new Refusal(CloseReason.AuthTimeout, peer.Side, new TimeoutException($"The verifier of {peer.Peer} did not finish within the {limit} s of its admission", error));
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

    /// <summary>A verifier may throw what a socket throws; only the socket itself, or a verifier of ours, tells that the peer has gone.</summary>
    private static Refusal Failed(PeerStream peer, AuthenticationPipe pipe, Exception error) => (pipe.SocketFailed ?? error as PeerLeftException as Exception) is { } gone
        ? new Refusal(CloseReason.PeerReset, peer.Side, gone)
        : new Refusal(CloseReason.AuthFailed, null, error);

    /// <summary>What the verifier wrote last belongs to the conversation, and so to its deadline: a peer need not read it.</summary>
    /// <returns>The verdict; or what the verifier threw, apart from what the deadline throws.</returns>
    private static async ValueTask<(AuthResult Result, Dictionary<object, object?>? Items, Exception? Failure)> ConverseAsync(SocketAuthVerifier verifier, AuthContext context, CancellationToken cancellationToken)
    {
        try
        {
            AuthResult result = await verifier(context, cancellationToken).ConfigureAwait(false);
            await context.Transport.Output.FlushAsync(cancellationToken).ConfigureAwait(false);

            // A user's code as well, so under the same deadline.
            return (result, result.Items is null ? null : new Dictionary<object, object?>(result.Items), null);
        }
        catch (Exception error) when (!cancellationToken.IsCancellationRequested)
        {
            return (default, null, error);
        }
    }
}
