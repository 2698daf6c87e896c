using System.Net.Sockets;
using SocketConnector.Sockets;

namespace SocketConnector.Transports;

/// <summary>
/// Keeps another start of ours from looking at a path while this one replaces what is there: a lock (flock(2)) on an empty file beside
/// it, which is gone again as soon as the path is bound. Should a start die in between, its lock dies with it, and the file does no harm.
/// </summary>
internal sealed class PathLock : IDisposable
{
    private const int MaxTries = 100;
    private const UnixFileMode OwnersAlone = UnixFileMode.UserRead | UnixFileMode.UserWrite;
    private static readonly TimeSpan _betweenTries = TimeSpan.FromMilliseconds(10);

    // EAGAIN of flock(2), which the runtime hands on as it is.
    private static readonly int _isTaken = OperatingSystem.IsLinux() ? 11 : 35;

    private readonly string _path;
    private readonly FileStream? _file;

    private PathLock(string path, FileStream? file) => (_path, _file) = (path, file);

    /// <exception cref="SocketException">Another start has held it for a second.</exception>
    public static async Task<PathLock> TakeAsync(string path, TimeProvider time, CancellationToken cancellationToken)
    {
        string lockPath = $"{path}.lock";
        for (int tries = 0; tries < MaxTries; tries++)
        {
            try
            {
                if (TryTake(lockPath) is { } taken)
                {
                    return taken;
                }
            }
            catch (IOException error) when (error.HResult == _isTaken)
            {
                await Task.Delay(_betweenTries, time, cancellationToken).ConfigureAwait(false);
            }
            catch (Exception error) when (error is IOException or UnauthorizedAccessException)
            {
                // No file can be made there, or another user's is: binding tells why, and only simultaneous starts need the lock.
                return new PathLock(lockPath, null);
            }
        }

        throw new ExplainedSocketException(SocketError.AddressAlreadyInUse, "the address is in use: another program is about to listen there");
    }

    public void Dispose()
    {
        if (_file is null)
        {
            return;
        }

        using (_file)
        {
            try
            {
                // One with something in it is not ours.
                if (_file.Length == 0)
                {
                    File.Delete(_path);
                }
            }
            catch (Exception error) when (error is IOException or UnauthorizedAccessException)
            {
                // It stays, empty and unlocked.
            }
        }
    }

    /// <returns>None where the one before has removed the file that was opened here, so that this lock would hold off no process.</returns>
    private static PathLock? TryTake(string lockPath)
    {
        var options = new FileStreamOptions { Mode = FileMode.OpenOrCreate, Access = FileAccess.ReadWrite, Share = FileShare.None, BufferSize = 0 };
        if (!OperatingSystem.IsWindows())
        {
            options.UnixCreateMode = OwnersAlone;
        }

        var file = new FileStream(lockPath, options);
        if (FileIdentity.Of(file.SafeFileHandle) == FileIdentity.Of(lockPath))
        {
            return new PathLock(lockPath, file);
        }

        file.Dispose();
        return null;
    }
}
