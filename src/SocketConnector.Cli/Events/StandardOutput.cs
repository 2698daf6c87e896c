using SocketConnector.Diagnostics;

namespace SocketConnector.Cli.Events;

/// <summary>Standard output as a stream that says when its reader is gone.</summary>
internal static class StandardOutput
{
    /// <exception cref="IOException">The program was started without it.</exception>
    public static Stream Open() => StandardStream.TryOpen(StandardStream.Output) ?? throw new IOException("it is closed");
}
