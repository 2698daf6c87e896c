using SocketConnector.Diagnostics;

namespace SocketConnector.Cli.Admin;

/// <summary>A file for a capture that comes over an admin channel: its owner's alone, and never over another.</summary>
internal static class CaptureFile
{
    private const UnixFileMode OwnersAlone = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    /// <exception cref="AdminFailure">It cannot be made.</exception>
    public static FileStream Create(string path)
    {
        try
        {
            var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write, Share = FileShare.Read, BufferSize = 0 };
            if (!OperatingSystem.IsWindows())
            {
                options.UnixCreateMode = OwnersAlone;
            }

            return new FileStream(path, options);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new AdminFailure($"cannot capture to '{path}': {(File.Exists(path) ? "it is there already; remove it or choose another name" : FileErrorText.Of(path, error))}", error);
        }
    }
}
