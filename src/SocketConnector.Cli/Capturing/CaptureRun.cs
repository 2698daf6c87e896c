using System.Globalization;
using SocketConnector.Capture;
using SocketConnector.Cli.Events;
using SocketConnector.Diagnostics;

namespace SocketConnector.Cli.Capturing;

/// <summary>The capture of a run: opened before the connector starts, finished after it.</summary>
internal sealed class CaptureRun : IAsyncDisposable
{
    private readonly PacketCapture _capture;
    private readonly Action<string> _tell;
    private readonly CaptureView _view;
    private readonly string? _file;
    private readonly Task _watching;
    private bool _hasStarted;

    private CaptureRun(PacketCapture capture, CapturePlan plan, bool isFile, Action<string> tell)
    {
        (_capture, _file, _view, _tell) = (capture, isFile ? plan.Path : null, plan.Options.View, tell);
        _watching = WatchAsync(plan.Path);
    }

    /// <param name="plan">What is captured.</param>
    /// <param name="tell">Tells a line on standard error.</param>
    /// <param name="cancellationToken">Gives up waiting for the reader of a pipe.</param>
    /// <exception cref="IOException">The file cannot be made; the message names it.</exception>
    public static async Task<CaptureRun> BeginAsync(CapturePlan plan, Action<string> tell, CancellationToken cancellationToken)
    {
        CaptureOptions options = plan.Options with { Filter = plan.Wants };
        try
        {
            Stream? stream = plan.TakesOutput ? StandardOutput.Open() : await PipeAsync(plan.Path, cancellationToken);
            PacketCapture capture = stream is null ? PacketCapture.ToFile(plan.Path, options) : PacketCapture.ToStream(stream, options);
            return new CaptureRun(capture, plan, isFile: stream is null && !plan.IsRing, tell);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            string why = !plan.IsRing && File.Exists(plan.Path) ? "it is there already; remove it or choose another name" : FileErrorText.Of(plan.Path, error);
            throw new IOException($"cannot capture to '{plan.Path}': {why}", error);
        }
    }

    /// <summary>The options of a connector whose connections are captured.</summary>
    public ConnectorOptions Apply(ConnectorOptions options) => options with { NewTap = _capture.NewTap, KeepHandshakes = _view.HasFlag(CaptureView.Wire) };

    /// <summary>The connector has started; where it does not, a file without a packet would be in the way of the next start.</summary>
    public void Started() => _hasStarted = true;

    public async ValueTask DisposeAsync()
    {
        await _capture.DisposeAsync();
        if (_capture.Completion.IsCompleted)
        {
            await _watching;
        }

        if (!_hasStarted && _file is not null && _capture.Packets == 0)
        {
            File.Delete(_file);
        }

        if (_capture.Dropped > 0 || _capture.MissedBytes > 0)
        {
            _tell(string.Create(CultureInfo.InvariantCulture, $"warning: the capture lacks {_capture.Dropped} packets and {_capture.MissedBytes} bytes"));
        }
    }

    /// <summary>A named pipe, once somebody reads it.</summary>
    private static async Task<FileStream?> PipeAsync(string path, CancellationToken cancellationToken)
    {
        if (!File.Exists(path))
        {
            return null;
        }

        // open(2) waits for the reader.
        FileStream file = await Task.Run(() => new FileStream(path, FileMode.Open, FileAccess.Write, FileShare.ReadWrite, bufferSize: 0), CancellationToken.None).WaitAsync(cancellationToken);
        if (!file.CanSeek)
        {
            return file;
        }

        await file.DisposeAsync();
        return null;
    }

    private async Task WatchAsync(string path)
    {
        try
        {
            await _capture.Completion;
        }
        catch (Exception error)
        {
            _tell($"warning: the capture has ended, and the relay goes on: '{path}': {error.Message}");
        }
    }
}
