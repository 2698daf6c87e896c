using SocketConnector.Rendezvous.EndToEnd;
using SocketConnector.Rendezvous.Sessions;
using SocketConnector.Rendezvous.Wire;

namespace SocketConnector.Rendezvous.Ends;

/// <summary>One connection to the relay, which becomes the stream to the partner. Disposing it closes the connection, unless <see cref="FinishAsync"/> has succeeded.</summary>
internal sealed class RelayCall : IDisposable
{
    private readonly Peer _peer;
    private readonly FirstFlight _flight;
    private readonly TimeProvider _time;
    private readonly long _begun;
    private readonly FrameStream _frames;
    private readonly EndMachine _machine;
    private string? _partner;
    private bool _isFinished;

    /// <param name="peer">The relay; owned.</param>
    /// <param name="flight">Owned.</param>
    /// <param name="hello">What is spoken.</param>
    /// <param name="join">What is asked for.</param>
    /// <param name="time">The clock.</param>
    public RelayCall(Peer peer, FirstFlight flight, HelloFrame hello, JoinFrame join, TimeProvider time)
    {
        (_peer, _flight, _time, _begun) = (peer, flight, time, time.GetTimestamp());
        _frames = new FrameStream(peer, time);
        _machine = new EndMachine(hello, join, TimeSpan.Zero);
    }

    /// <summary>Whether the relay has said anything, while there is no verdict.</summary>
    public bool HasAnswered => _machine.State != EndMachineState.Opening;

    private TimeSpan Now => _time.GetElapsedTime(_begun);

    /// <summary>Speaks SCR/1 with the relay until there is a verdict.</summary>
    /// <param name="accepts">Whether to accept a partner; called for each OPEN.</param>
    /// <param name="onWaiting">Called once, when it waits.</param>
    /// <param name="patience">How long it may take. An answer to OPEN is finished first, since leaving then would cost a partner.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <returns>The verdict; null if <paramref name="patience"/> has run out.</returns>
    /// <exception cref="OperationCanceledException">Given up.</exception>
    public async Task<EndVerdict?> WaitAsync(Func<bool> accepts, Action? onWaiting, TimeSpan patience, CancellationToken cancellationToken)
    {
        EndStep step = EndStep.None with { Frames = _machine.First };
        bool isFirst = true;
        TimeSpan leaving = patience == Timeout.InfiniteTimeSpan ? TimeSpan.MaxValue : Now + patience;
        while (true)
        {
            try
            {
                await _frames.WriteAsync(step.Frames, isFirst, cancellationToken).ConfigureAwait(false);
                isFirst = false;
            }
            catch (IOException error)
            {
                // A verdict stands: what went with it was a courtesy.
                step = step.Verdict is null ? _machine.Lose(error.Message) : step;
            }

            if (step.Verdict is { } verdict)
            {
                _partner = (verdict as EndVerdict.Paired)?.Partner;
                return verdict;
            }

            if (_machine.State == EndMachineState.Waiting)
            {
                onWaiting?.Invoke();
                onWaiting = null;
            }

            if (_machine.State != EndMachineState.Answering && Now >= leaving)
            {
                return null;
            }

            step = step.Question is null ? await NextAsync(leaving, cancellationToken).ConfigureAwait(false) : _machine.Answer(accepts(), Now);
        }
    }

    /// <summary>Proves this end to its partner, and the partner to this end.</summary>
    /// <param name="deadline">Ends its time.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <returns>What the user's bytes flow on. It owns the connection.</returns>
    /// <exception cref="IOException">The partner is not who it should be, or gone.</exception>
    public async Task<DuplexStream> FinishAsync(CancellationToken deadline, CancellationToken cancellationToken)
    {
        using var either = CancellationTokenSource.CreateLinkedTokenSource(deadline, cancellationToken);
        try
        {
            _frames.Unread();
            var transport = new EndTransport(_peer.GetStream(), _peer.EndSendingAsync, _peer.Dispose);
            EndTransport users = await BoundedHandshake.RunAsync(_flight, transport, either.Token).ConfigureAwait(false);
            _isFinished = true;
            var stream = new DuplexStream(users.Stream, users.EndAsync) { Abort = users.Abort, SupportsZeroByteReads = true, LocalEndPoint = _peer.LocalEndPoint };
            Origins.Note(stream, _partner, _peer.RemoteEndPoint);
            return stream;
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
        TimeSpan wait = (_machine.State != EndMachineState.Answering && leaving < due ? leaving : due) - Now;
        using var alarm = new CancellationTokenSource(wait > TimeSpan.Zero ? wait : TimeSpan.Zero, _time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(alarm.Token, cancellationToken);
        try
        {
            return await _frames.ReadAsync(either.Token).ConfigureAwait(false) is { } frame ? _machine.Receive(frame, Now) : _machine.Lose("it has closed the connection");
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return _machine.Tick(Now);
        }
        catch (InvalidDataException error)
        {
            return _machine.Lose($"it does not speak SCR/1: {error.Message}");
        }
        catch (IOException error)
        {
            return _machine.Lose(error.Message);
        }
    }
}
