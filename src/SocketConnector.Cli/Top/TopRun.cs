using System.Runtime.InteropServices;
using System.Threading.Channels;

namespace SocketConnector.Cli.Top;

/// <summary>Something has happened that changes the state, and may want something done.</summary>
internal delegate (TopState State, TopAction? Action) TopChange(TopState state);

/// <summary>One loop that takes keys, answers and signals one after the other, and draws at most four frames a second, each in one write.</summary>
internal sealed class TopRun
{
    private static readonly TimeSpan _frame = TimeSpan.FromMilliseconds(250);

    private readonly Channel<TopChange> _changes = Channel.CreateUnbounded<TopChange>(new UnboundedChannelOptions { SingleReader = true });
    private readonly FrameDiff _diff = new();
    private readonly TopTerminal _terminal;
    private readonly TopPoller _poller;
    private readonly TopWork _work;
    private readonly Painter _painter = Painter.OfProcess();
    private TopState _state = new TopState().WithSize(TopTerminal.CurrentSize);
    private long? _drawn;

    public TopRun(RelayLink link, TopTerminal terminal)
    {
        _terminal = terminal;
        _poller = new TopPoller(link, Wish);
        _work = new TopWork(link, Tell);
    }

    /// <summary>Until somebody quits.</summary>
    /// <exception cref="IOException">The terminal has gone.</exception>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        using var ending = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        using var keys = new KeyReader(key => Post(state => TopKeys.Press(state, key)), Ended);
        PosixSignalRegistration[] signals = Watch();
        Task polling = PollAsync(ending.Token);
        try
        {
            await ShowAsync(ending.Token);
        }
        finally
        {
            await ending.CancelAsync();
            await polling;
            await _work.DisposeAsync();
            Array.ForEach(signals, static signal => signal.Dispose());
        }
    }

    private TimeSpan UntilFrame => _drawn is long drawn && _frame - TimeProvider.System.GetElapsedTime(drawn) is { Ticks: > 0 } left ? left : TimeSpan.Zero;

    private TopWish Wish => new(_state.Query, (_state.Sheet as TopSheet.Details)?.Id);

    /// <summary>Windows, where this does not run, has none of them.</summary>
    private PosixSignalRegistration[] Watch() => OperatingSystem.IsWindows() ? [] :
    [
        PosixSignalRegistration.Create(PosixSignal.SIGWINCH, _ => Post(Resized)),
        PosixSignalRegistration.Create(PosixSignal.SIGCONT, _ => Post(Continued)),
    ];

    private async Task ShowAsync(CancellationToken cancellationToken)
    {
        bool isStale = false;
        while (await WaitAsync(isStale ? UntilFrame : Timeout.InfiniteTimeSpan, cancellationToken))
        {
            while (_changes.Reader.TryRead(out TopChange? change))
            {
                isStale = true;
                (_state, TopAction? action) = change(_state);
                if (action is TopAction.Quit)
                {
                    return;
                }

                Do(action);
            }

            if (isStale && UntilFrame == TimeSpan.Zero)
            {
                Draw();
                isStale = false;
            }
        }
    }

    /// <returns>False where nothing can happen any more.</returns>
    private async Task<bool> WaitAsync(TimeSpan time, CancellationToken cancellationToken)
    {
        using var over = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        over.CancelAfter(time);
        try
        {
            return await _changes.Reader.WaitToReadAsync(over.Token);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return true;
        }
    }

    private void Do(TopAction? action)
    {
        if (action is TopAction.Redraw)
        {
            _diff.Forget();
        }
        else if (action is not null)
        {
            _work.Begin(action);
        }

        _poller.Want(Wish);
    }

    private void Draw()
    {
        _state = _state with { Capture = _work.Capture };
        if (_diff.To([.. TopView.Of(_state).Select(_painter.Paint)]) is { } frame)
        {
            _terminal.Write(frame);
        }

        _state = _state.Drawn();
        _drawn = TimeProvider.System.GetTimestamp();
    }

    private async Task PollAsync(CancellationToken cancellationToken)
    {
        try
        {
            await _poller.RunAsync(
                answer => Post(state => (TopAnswers.Take(state, answer), null)),
                why => Post(state => (state with { Trouble = why }, null)),
                cancellationToken);
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            // The end of the run.
        }
        catch (Exception error)
        {
            // The loop throws it, where the terminal is given back.
            _changes.Writer.TryComplete(error);
        }
    }

    private (TopState State, TopAction? Action) Resized(TopState state) => (state.WithSize(TopTerminal.CurrentSize), new TopAction.Redraw());

    private (TopState State, TopAction? Action) Continued(TopState state)
    {
        _terminal.Enter();
        return Resized(state);
    }

    private void Tell(string line)
    {
        Post(state => (state with { Notice = line }, null));
        _poller.Hurry();
    }

    private void Ended(IOException? error) => _changes.Writer.TryComplete(error);

    private void Post(TopChange change) => _changes.Writer.TryWrite(change);
}
