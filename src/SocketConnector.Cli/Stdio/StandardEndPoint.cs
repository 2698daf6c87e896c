using System.Net;
using SocketConnector.Diagnostics;

namespace SocketConnector.Cli.Stdio;

/// <summary>Standard input and output as a side. There is one stream, whether it is accepted or connected to.</summary>
internal sealed class StandardEndPoint : TransportEndPoint
{
    /// <summary>As it is written on the command line.</summary>
    public const string Written = "stdio:";

    private StandardDuplex? _stream;
    private int _isTaken;

    private StandardEndPoint()
    {
    }

    public static StandardEndPoint Instance { get; } = new();

    public static bool Is(SideOptions side) => side switch
    {
        ListenOptions listen => listen.EndPoints.Contains(Instance),
        ConnectOptions connect => connect.EndPoints.Contains(Instance),
        _ => false,
    };

    /// <returns>Why it cannot be used, with what to do about it; nothing where it can.</returns>
    public static string? Trouble() =>
        Descriptors.TryOpenInput() is null ? $"{Written} needs standard input, which is closed; write </dev/null for an empty one"
        : Descriptors.TryOpenOutput() is null ? $"{Written} needs standard output, which is closed; write >/dev/null for one that nobody reads"
        : null;

    /// <summary>Keeps the program's own messages out of the stream. Call it before any is written.</summary>
    public static void KeepErrorsOut()
    {
        if (InheritedSocket.HoldsErrors())
        {
            Descriptors.Close(StandardStream.Error);
        }
    }

    public override ValueTask<TransportListener> ListenAsync(CancellationToken cancellationToken) => new(new StandardListener());

    public override ValueTask<DuplexStream> ConnectAsync(CancellationToken cancellationToken) => new(Take());

    /// <exception cref="IOException">It was taken already, or is closed.</exception>
    public DuplexStream Take()
    {
        if (Interlocked.Exchange(ref _isTaken, 1) != 0)
        {
            throw new IOException("standard input and output are in use");
        }

        if (Descriptors.TryOpenInput() is not { } read || Descriptors.TryOpenOutput() is not { } output)
        {
            throw new IOException(Trouble() ?? "closed");
        }

        var stream = new StandardDuplex(read, output);
        Volatile.Write(ref _stream, stream);
        return stream.ToDuplexStream();
    }

    /// <summary>Called when the stream is joined, before any byte is relayed.</summary>
    public void Join() => Volatile.Read(ref _stream)?.Join();

    /// <summary>Waits briefly until standard output has taken what was written before a reset.</summary>
    public Task FinishAsync(TimeSpan patience) => (Volatile.Read(ref _stream)?.Finished ?? Task.CompletedTask).WaitAsync(patience);

    /// <summary>In messages, where a colon follows.</summary>
    public override string ToString() => "stdio:";

    /// <summary>Accepts the one stream, and then no more.</summary>
    private sealed class StandardListener : TransportListener
    {
        private bool _hasAccepted;

        public override EndPoint EndPoint => Instance;

        public override ValueTask<DuplexStream?> AcceptAsync(CancellationToken cancellationToken)
        {
            if (_hasAccepted)
            {
                return new((DuplexStream?)null);
            }

            _hasAccepted = true;
            return new(Instance.Take());
        }

        public override ValueTask DisposeAsync() => default;
    }
}
