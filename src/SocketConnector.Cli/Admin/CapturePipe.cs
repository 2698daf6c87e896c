using SocketConnector.Cli.Stdio;
using SocketConnector.Diagnostics;

namespace SocketConnector.Cli.Admin;

/// <summary>A named pipe that another program has made, and reads a capture from.</summary>
internal sealed class CapturePipe : IAsyncDisposable
{
    // Nothing hangs on it but a connector that goes on copying what nobody reads.
    private static readonly TimeSpan _interval = TimeSpan.FromMilliseconds(500);

    private readonly FileStream _stream;
    private readonly CancellationTokenSource _ending;
    private readonly Task _watching;

    private CapturePipe(FileStream stream, CancellationToken cancellationToken)
    {
        _stream = stream;
        _ending = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        _watching = WatchAsync();
    }

    /// <summary>Cancelled when the reader has gone, or as <see cref="OpenAsync"/> was told.</summary>
    public CancellationToken Ending => _ending.Token;

    /// <summary>Whether it has been written to, or was to be.</summary>
    public bool HasBegun { get; private set; }

    /// <summary>Waits for the reader.</summary>
    /// <exception cref="AdminFailure">It cannot be opened, or is a file.</exception>
    public static async Task<CapturePipe> OpenAsync(string path, CancellationToken cancellationToken)
    {
        try
        {
            // open(2) blocks until somebody reads.
            FileStream stream = await Task.Run(() => new FileStream(path, FileMode.Open, FileAccess.Write, FileShare.ReadWrite, bufferSize: 0), CancellationToken.None).WaitAsync(cancellationToken);
            if (!stream.CanSeek)
            {
                return new CapturePipe(stream, cancellationToken);
            }

            await stream.DisposeAsync();
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException or ArgumentException)
        {
            throw new AdminFailure($"cannot capture to the pipe '{path}': {FileErrorText.Of(path, error)}", error);
        }

        throw new AdminFailure($"'{path}' is a file and no pipe; write socketconnector capture FILE for a file");
    }

    /// <summary>The pipe, for the packets.</summary>
    public Stream Begin()
    {
        HasBegun = true;
        return _stream;
    }

    public async ValueTask DisposeAsync()
    {
        await _ending.CancelAsync();
        await _watching;
        await _stream.DisposeAsync();
        _ending.Dispose();
    }

    /// <summary>A write says so too, and there may be none for hours.</summary>
    private async Task WatchAsync()
    {
        // Whoever writes may close the stream before; its number must not be another's by then.
        bool isHeld = false;
        try
        {
            _stream.SafeFileHandle.DangerousAddRef(ref isHeld);
            using var timer = new PeriodicTimer(_interval, TimeProvider.System);
            while (Descriptors.IsRead(_stream.SafeFileHandle))
            {
                await timer.WaitForNextTickAsync(_ending.Token);
            }

            await _ending.CancelAsync();
        }
        catch (OperationCanceledException)
        {
            // The capture has ended.
        }
        finally
        {
            if (isHeld)
            {
                _stream.SafeFileHandle.DangerousRelease();
            }
        }
    }
}
