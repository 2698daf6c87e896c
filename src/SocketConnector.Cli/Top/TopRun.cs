using System.Runtime.InteropServices;

namespace SocketConnector.Cli.Top;

/// <summary>Something has happened that changes the state, and may want something done.</summary>
internal delegate (TopState State, TopAction? Action) TopChange(TopState state);

/// <summary>One loop that takes keys, answers and signals one after the other, and draws at most four frames a second, each in one write.</summary>
internal sealed class TopRun
{
    private static readonly TimeSpan _frame = TimeSpan.FromMilliseconds(250);

    private readonly TopChanges _changes = new();
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
        using var keys = new KeyReader(key => _changes.AddKey(state => TopKeys.Press(state, key)), _changes.End);
        PosixSignalRegistration[] signals = Watch();
        Task polling = PollAsync(ending.Token);
        try
        {
            await ShowAsync(ending.Token);
        }
        finally
        {
            // The thread that reads keys may wait for room.
            _changes.End(error: null);
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
        PosixSignalRegistration.Create(PosixSignal.SIGWINCH, _ => _changes.Replace(TopNews.Resized, Resized)),
        PosixSignalRegistration.Create(PosixSignal.SIGCONT, _ => _changes.Replace(TopNews.Continued, Continued)),
    ];

    private async Task ShowAsync(CancellationToken cancellationToken)
    {
        bool isStale = false;
        while (await WaitAsync(isStale ? UntilFrame : Timeout.InfiniteTimeSpan, cancellationToken))
        {
            while (_changes.TryTake(out TopChange? change))
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
            return await _changes.WaitAsync(over.Token);
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
                answer => _changes.Replace(TopNews.Answer, state => (TopAnswers.Take(state, answer), null)),
                why => _changes.Replace(TopNews.Answer, state => (state with { Trouble = why }, null)),
                cancellationToken);
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            // The end of the run.
        }
        catch (Exception error)
        {
            // The loop throws it, where the terminal is given back.
            _changes.End(error);
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
        _changes.Replace(TopNews.Notice, state => (state with { Notice = line }, null));
        _poller.Hurry();
    }
}
