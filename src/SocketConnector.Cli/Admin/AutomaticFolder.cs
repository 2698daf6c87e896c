namespace SocketConnector.Cli.Admin;

/// <summary>Makes the folder of an automatic socket, which no other user may enter.</summary>
internal static class AutomaticFolder
{
    private const UnixFileMode OwnersAlone = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;
    private const string Otherwise = "write --admin unix:PATH for another place";

    /// <exception cref="IOException">It cannot be made, or belongs to another user; the message is a line for people.</exception>
    public static void Make(string path)
    {
        if (Directory.Exists(path))
        {
            // One that systemd has made keeps the permissions that the unit gives it; the socket has its own.
            RefuseUnlessOwn(path);
            return;
        }

        try
        {
            if (Path.GetDirectoryName(path) is { } parent && !Directory.Exists(parent))
            {
                throw new IOException($"there is no '{parent}'");
            }

            if (OperatingSystem.IsWindows())
            {
                Directory.CreateDirectory(path);
            }
            else
            {
                Directory.CreateDirectory(path, OwnersAlone);
            }
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            string why = error is UnauthorizedAccessException ? "permission denied" : error.Message.TrimEnd('.');
            throw new IOException($"cannot make '{path}' for the admin channel: {why}; {Otherwise}", error);
        }

        RefuseUnlessOwn(path);
    }

    private static void RefuseUnlessOwn(string path)
    {
        if (!UserNumber.OwnsFolder(path))
        {
            throw new IOException($"'{path}' does not belong to this user, so the admin channel is not safe there; {Otherwise}");
        }

        if (!OperatingSystem.IsWindows() && (File.GetUnixFileMode(path) & (UnixFileMode.GroupWrite | UnixFileMode.OtherWrite)) != UnixFileMode.None)
        {
            throw new IOException($"other users may write to '{path}', so the admin channel is not safe there; chmod 700 it, or {Otherwise}");
        }
    }
}
