using Microsoft.Extensions.Logging;
using SocketConnector.Diagnostics;

namespace SocketConnector.Admission;

/// <summary>Everything between "a stream exists" and "it may be joined", one stage after the other.</summary>
internal sealed class AdmissionChain(IReadOnlyList<Stage> stages, ILogger log)
{
    /// <summary>Runs the stages until one refuses. Without one that waits it finishes at once.</summary>
    public async ValueTask<Refusal?> RunAsync(AdmissionContext context, CancellationToken stopping)
    {
        try
        {
            log.PeerConnected(context.Peer.Peer);
            for (int i = 0; i < stages.Count; i++)
            {
                if (await stages[i](context, stopping).ConfigureAwait(false) is { } refusal)
                {
                    return refusal;
                }
            }

            return null;
        }
        catch (OperationCanceledException) when (stopping.IsCancellationRequested)
        {
            return Refusal.Stopped;
        }
        catch (Exception error)
        {
            // Ours; this peer is refused for it, and nothing else suffers.
            log.Fault(error);
            return new Refusal(CloseReason.Aborted, null, error);
        }
    }
}
