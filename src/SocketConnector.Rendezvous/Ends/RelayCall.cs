using SocketConnector.Rendezvous.EndToEnd;
using SocketConnector.Rendezvous.Sessions;
using SocketConnector.Rendezvous.Wire;

namespace SocketConnector.Rendezvous.Ends;

/// <summary>One connection to the relay: until it is paired the relay's, then the partner's. Disposing it closes what was not finished.</summary>
internal sealed class RelayCall : IDisposable
{
    private readonly Peer _peer;
    private readonly FirstFlight _flight;
    private readonly TimeProvider _time;
    private readonly long _begun;
    private readonly FrameStream _frames;
    private readonly EndMachine _machine;
    private bool _isFinished;

    /// <param name="peer">The relay; owned.</param>
    /// <param name="flight">Owned.</param>
    /// <param name="hello">What is spoken.</param>
    /// <param name="join">What is asked for.</param>
    /// <param name="time">The clock.</param>
    public RelayCall(Peer peer, FirstFlight flight, HelloFrame hello, JoinFrame join, TimeProvider time)
    {
        (_peer, _flight, _time, _begun) = (peer, flight, time, time.GetTimestamp());
        _frames = new FrameStream(peer);
        _machine = new EndMachine(hello, join, TimeSpan.Zero);
    }

    private TimeSpan Now => _time.GetElapsedTime(_begun);

    /// <summary>Speaks with the relay until it is known what becomes of this.</summary>
    /// <param name="accepts">Whether a partner is wanted, asked when one is there.</param>
    /// <param name="onWaiting">Called once, when it waits.</param>
    /// <param name="patience">For how long it waits at most. It never leaves in the middle of an answer, which would cost a partner.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <returns>What becomes of it; nothing where it has waited for long enough.</returns>
    /// <exception cref="OperationCanceledException">Given up.</exception>
    public async Task<EndVerdict?> WaitAsync(Func<bool> accepts, Action? onWaiting, TimeSpan patience, CancellationToken cancellationToken)
    {
        EndStep step = EndStep.None with { Frames = _machine.First };
        bool isFirst = true;
        TimeSpan? leaving = null;
        while (true)
        {
            try
            {
                await _frames.WriteAsync(step.Frames, isFirst, cancellationToken).ConfigureAwait(false);
                isFirst = false;
            }
            catch (IOException error) when (step.Verdict is null)
            {
                step = _machine.Lose(error.Message);
            }

            if (step.Verdict is { } verdict)
            {
                return verdict;
            }

            if (_machine.State == EndMachineState.Waiting)
            {
                leaving ??= patience == Timeout.InfiniteTimeSpan ? TimeSpan.MaxValue : Now + patience;
                onWaiting?.Invoke();
                onWaiting = null;
                if (Now >= leaving)
                {
                    return null;
                }
            }

            step = step.Question is null ? await NextAsync(leaving ?? TimeSpan.MaxValue, cancellationToken).ConfigureAwait(false) : _machine.Answer(accepts(), Now);
        }
    }

    /// <summary>Proves this end to its partner, and the partner to this end.</summary>
    /// <param name="timeout">For that.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <returns>What the user's bytes flow on. It owns the connection.</returns>
    /// <exception cref="IOException">The partner is not who it should be, or gone.</exception>
    public async Task<DuplexStream> FinishAsync(TimeSpan timeout, CancellationToken cancellationToken)
    {
        using var deadline = new CancellationTokenSource(timeout, _time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(deadline.Token, cancellationToken);
        try
        {
            _frames.Unread();
            EndTransport users = await _flight.ContinueAsync(new EndTransport(_peer.GetStream(), _peer.EndSendingAsync, _peer.Dispose), either.Token).ConfigureAwait(false);
            _isFinished = true;
            return new DuplexStream(users.Stream, users.EndAsync) { Abort = users.Abort, SupportsZeroByteReads = true, LocalEndPoint = _peer.LocalEndPoint };
        }
        catch (OperationCanceledException error) when (!cancellationToken.IsCancellationRequested)
        {
            throw new IOException("the other end did not prove itself in time", error);
        }
        catch (System.Security.Authentication.AuthenticationException error)
        {
            throw new IOException(error.Message, error);
        }
    }

    public void Dispose()
    {
        _frames.Dispose();
        _flight.Dispose();
        if (!_isFinished)
        {
            _peer.Dispose();
        }
    }

    /// <summary>Waits for a frame, or for the time at which something is due.</summary>
    private async Task<EndStep> NextAsync(TimeSpan leaving, CancellationToken cancellationToken)
    {
        TimeSpan due = _machine.Due ?? Now;
        TimeSpan wait = (_machine.State == EndMachineState.Waiting && leaving < due ? leaving : due) - Now;
        using var alarm = new CancellationTokenSource(wait > TimeSpan.Zero ? wait : TimeSpan.Zero, _time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(alarm.Token, cancellationToken);
        try
        {
            return await _frames.ReadAsync(either.Token).ConfigureAwait(false) is { } frame ? _machine.Receive(frame, Now) : _machine.Lose("the relay has closed the connection");
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return _machine.Tick(Now);
        }
        catch (InvalidDataException error)
        {
            return _machine.Lose($"the relay does not speak SCR/1: {error.Message}");
        }
        catch (IOException error)
        {
            return _machine.Lose(error.Message);
        }
    }
}
