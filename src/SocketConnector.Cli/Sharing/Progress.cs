using SocketConnector.Cli.Tables;
using SocketConnector.Diagnostics;

namespace SocketConnector.Cli.Sharing;

/// <summary>Shows on a terminal how much has moved, and how fast; nothing where standard error is no terminal.</summary>
internal sealed class Progress
{
    private static readonly TimeSpan _interval = TimeSpan.FromSeconds(1);

    private readonly Connector _connector;
    private readonly ITimer _timer;
    private long _last;
    private bool _isShown;

    private Progress(Connector connector, TimeProvider time)
    {
        _connector = connector;
        _timer = time.CreateTimer(static progress => ((Progress)progress!).Update(), this, _interval, _interval);
    }

    /// <summary>Until the connector has ended.</summary>
    public static void Show(Connector connector, TimeProvider time)
    {
        if (!Console.IsErrorRedirected)
        {
            var progress = new Progress(connector, time);
            _ = connector.Completion.ContinueWith(_ => progress.End(), CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);
        }
    }

    private void End()
    {
        _timer.Dispose();
        if (_isShown)
        {
            StandardErrorLines.OfProcess.TryAdd("\n");
        }
    }

    private void Update()
    {
        ConnectorStats stats = _connector.GetStats();
        long moved = stats.BytesAToB + stats.BytesBToA + _connector.GetConnections().Sum(static connection => connection.BytesAToB + connection.BytesBToA);
        long before = Interlocked.Exchange(ref _last, moved);
        if (moved == 0 && !_isShown)
        {
            return;
        }

        // The cursor stays at the beginning, so that whatever is told next writes over it.
        _isShown = true;
        StandardErrorLines.OfProcess.TryAdd($"\e[K{SizeText.Of(moved)}, {SizeText.Rate(Math.Max(0, moved - before))}, {stats.ActiveConnections} open\r");
    }
}
