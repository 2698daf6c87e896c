using System.Net.Sockets;
using SocketConnector.TestKit;

namespace SocketConnector.Cli.Tests.Processes;

/// <summary>What one of the three standard streams is when a program starts.</summary>
public enum StreamState
{
    /// <summary>Its number is free.</summary>
    Closed,

    /// <summary>/dev/full: every write fails, and reading gives zeros.</summary>
    Full,

    /// <summary>A pipe without room, or one that gives nothing to read.</summary>
    Unread,

    /// <summary>A pipe whose other end is closed.</summary>
    Broken,
}

/// <summary>Standard input, output and error of a program, each in a state of its own.</summary>
internal sealed record StandardStreams(StreamState Input, StreamState Output, StreamState Error)
{
    private const string Script =
        """
        folder=$1
        case $2 in
          Closed) exec 0<&- ;;
          Full)   exec 0</dev/full ;;
          Unread) mkfifo "$folder/in"; exec 0<>"$folder/in" ;;
          Broken) mkfifo "$folder/in"; exec 3<>"$folder/in" 4<"$folder/in" 3>&- 0<&4 4<&- ;;
        esac
        case $3 in
          Closed) exec 1>&- ;;
          Full)   exec 1>/dev/full ;;
          Unread) mkfifo "$folder/out"; exec 1<>"$folder/out"; head -c 65536 /dev/zero ;;
          Broken) mkfifo "$folder/out"; exec 3<>"$folder/out" 4>"$folder/out" 3>&- 1>&4 4>&- ;;
        esac
        case $4 in
          Closed) exec 2>&- ;;
          Full)   exec 2>/dev/full ;;
          Unread) mkfifo "$folder/err"; exec 2<>"$folder/err"; head -c 65536 /dev/zero >&2 ;;
          Broken) mkfifo "$folder/err"; exec 3<>"$folder/err" 4>"$folder/err" 3>&- 2>&4 4>&- ;;
        esac
        shift 4
        exec "$@"
        """;

    public static IEnumerable<StandardStreams> All =>
        from input in Enum.GetValues<StreamState>()
        from output in Enum.GetValues<StreamState>()
        from error in Enum.GetValues<StreamState>()
        select new StandardStreams(input, output, error);

    /// <summary>A shell that gives its own streams these states and then becomes the program.</summary>
    /// <param name="folder">An empty one, for the pipes.</param>
    /// <param name="command">The program and its arguments.</param>
    public IEnumerable<string> Before(string folder, params IEnumerable<string> command) =>
        ["sh", "-c", Script, "sh", folder, Input.ToString(), Output.ToString(), Error.ToString(), .. command];

    /// <summary>Connects to a Unix socket as soon as the program listens there.</summary>
    public static async Task<TestPeer> ConnectAsync(string path, ChildProcess program)
    {
        TestPeer? peer = null;
        await Eventually.TrueAsync(() => (peer = TryConnect(path)) is not null || program.HasExited, explain: () => $"listens on {path}: {program.Told}");
        Assert.True(peer is not null, $"ended before it listened: {program.Told}");
        return peer;
    }

    private static TestPeer? TryConnect(string path)
    {
        var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        try
        {
            socket.Connect(new UnixDomainSocketEndPoint(path));
            return new TestPeer(socket);
        }
        catch (SocketException)
        {
            socket.Dispose();
            return null;
        }
    }
}
