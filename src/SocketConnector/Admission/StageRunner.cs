using SocketConnector.Diagnostics;

namespace SocketConnector.Admission;

/// <summary>Sends peers through the stages of their admission. Without a stage that waits, an admission finishes at once.</summary>
/// <param name="observer">The connector's.</param>
/// <param name="stopping">Ends every admission.</param>
internal sealed class StageRunner(Observer observer, CancellationToken stopping)
{
    /// <summary>The peers that it sends through their stages now.</summary>
    public AdmittingSet Admitting { get; } = new();

    /// <summary>One stage after the other, until one refuses.</summary>
    /// <param name="stages">In their order.</param>
    /// <param name="context">What they work on.</param>
    /// <param name="giveUp">Ends this admission.</param>
    /// <returns>Why the peer may not be joined; nothing where it may go on.</returns>
    public async ValueTask<Refusal?> AdmitAsync(Stage[] stages, AdmissionContext context, CancellationToken giveUp)
    {
        if (!giveUp.CanBeCanceled)
        {
            return await RunAsync(stages, context, stopping).ConfigureAwait(false);
        }

        using var either = CancellationTokenSource.CreateLinkedTokenSource(stopping, giveUp);
        return await RunAsync(stages, context, either.Token).ConfigureAwait(false);
    }

    /// <summary>Two peers that were dialled for each other, at once: where one is refused, the other is given up.</summary>
    /// <returns>Why they may not be joined.</returns>
    public async ValueTask<Refusal?> AdmitBothAsync((Stage[] Stages, AdmissionContext Context) a, (Stage[] Stages, AdmissionContext Context) b)
    {
        using var both = CancellationTokenSource.CreateLinkedTokenSource(stopping);
        Task<Refusal?> admittingA = AdmitOneOfTwoAsync(a.Stages, a.Context, both);
        Task<Refusal?> admittingB = AdmitOneOfTwoAsync(b.Stages, b.Context, both);
        Refusal? refusalA = await admittingA.ConfigureAwait(false);
        Refusal? refusalB = await admittingB.ConfigureAwait(false);

        // Where one was refused, the other was given up for it: the first is the reason.
        return refusalA is { Reason: not CloseReason.Aborted } ? refusalA : refusalB ?? refusalA;
    }

    /// <summary>As <see cref="AdmitAsync"/>, but <paramref name="giveUp"/> includes the end of the connector.</summary>
    public async ValueTask<Refusal?> RunAsync(Stage[] stages, AdmissionContext context, CancellationToken giveUp)
    {
        observer.Log.PeerConnected(context.Peer.Peer);
        context.Trace = observer.TraceOf(context.Peer.Peer, context.Partner?.Peer);
        Refusal? refusal = null;
        bool isShown = false;
        try
        {
            foreach (Stage stage in stages)
            {
                context.Enter(stage);
                ValueTask<Refusal?> running = stage.RunAsync(context, giveUp);
                if (!running.IsCompleted && !isShown)
                {
                    // What is over at once nobody sees.
                    isShown = true;
                    Admitting.Add(context);
                }

                refusal = await running.ConfigureAwait(false);
                if (refusal is not null)
                {
                    break;
                }
            }
        }
        catch (OperationCanceledException) when (giveUp.IsCancellationRequested)
        {
            refusal = Refusal.Stopped;
        }
        catch (Exception error)
        {
            refusal = Fault(error);
        }
        finally
        {
            if (isShown)
            {
                Admitting.Remove(context);
            }

            context.GiveBack();
        }

        context.Leave(refusal);
        if (observer.Metrics.Measures(MeasuredTime.Admission))
        {
            observer.Metrics.Took(new TimeTaken(MeasuredTime.Admission, context.Elapsed.TotalSeconds) { Reason = refusal?.Reason, Side = context.Peer.Side });
        }

        return refusal;
    }

    /// <summary>Whatever a peer or a user's code can do is handled where it happens; this is ours, and costs this peer alone.</summary>
    public Refusal Fault(Exception error)
    {
        observer.Log.Fault(error);
        return new Refusal(CloseReason.Aborted, null, error);
    }

    private async Task<Refusal?> AdmitOneOfTwoAsync(Stage[] stages, AdmissionContext context, CancellationTokenSource both)
    {
        Refusal? refusal = await RunAsync(stages, context, both.Token).ConfigureAwait(false);
        if (refusal is not null)
        {
            await both.CancelAsync().ConfigureAwait(false);
        }

        return refusal;
    }
}
