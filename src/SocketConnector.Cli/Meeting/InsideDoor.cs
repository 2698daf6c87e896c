using System.Net.Sockets;

namespace SocketConnector.Cli.Meeting;

/// <summary>
/// Where the relay listens for its own exposed ports: a Unix socket in a folder that no other user may enter, or local users would come in
/// past whatever guards the doors of the command line. A Unix client has no address, so clients of exposed ports do not share the limits of one.
/// </summary>
internal sealed class InsideDoor : IDisposable
{
    private readonly DirectoryInfo _folder;

    private InsideDoor(DirectoryInfo folder, UnixDomainSocketEndPoint endPoint) => (_folder, EndPoint) = (folder, endPoint);

    public UnixDomainSocketEndPoint EndPoint { get; }

    public ListenOptions Listen => new(EndPoint) { UnixMode = UnixFileMode.UserRead | UnixFileMode.UserWrite };

    /// <exception cref="IOException">There is no place for it; the message says why.</exception>
    public static InsideDoor Create()
    {
        DirectoryInfo? folder = null;
        try
        {
            folder = Directory.CreateTempSubdirectory("sc-");
            return new InsideDoor(folder, new UnixDomainSocketEndPoint(Path.Combine(folder.FullName, "relay")));
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException or ArgumentException)
        {
            folder?.Delete();
            string why = error is ArgumentException ? "its path is too long" : error.Message.TrimEnd('.');
            throw new IOException($"--expose needs a Unix socket in {Path.GetTempPath()}, and there can be none: {why}; name another folder in TMPDIR", error);
        }
    }

    /// <summary>Removes the folder. The listener has removed its file by then.</summary>
    public void Dispose()
    {
        try
        {
            _folder.Delete(recursive: true);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            // Somebody else has removed it, or has put something there. It is empty of what was ours.
        }
    }
}
