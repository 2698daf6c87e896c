using SocketConnector.Diagnostics;
using SocketConnector.Sockets;

namespace SocketConnector.Cli.Stdio;

/// <summary>Standard input and output as one stream both ways.</summary>
internal sealed class StandardDuplex(Descriptors.ReadSome read, Stream output) : UnbufferedStream
{
    private readonly TaskCompletionSource _joined = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly InheritedSocket? _socket = InheritedSocket.TryOpen();
    private readonly InputPipe _input = new(read);
    private OutputThread? _output;

    /// <summary>Finishes, and never fails, when nothing will be written any more.</summary>
    public Task Finished => Output.Finished;

    private OutputThread Output => LazyInitializer.EnsureInitialized(ref _output, () => new OutputThread(output, CloseOutput));

    public DuplexStream ToDuplexStream() => new(this, EndAsync)
    {
        Abort = () => _socket?.ResetAtExit(),
        RemoteEndPoint = _socket?.Remote ?? StandardEndPoint.Instance,
        LocalEndPoint = _socket?.Local,
    };

    /// <summary>Marks the stream as joined. Until then an end of input is held back, or it would look like a peer that left.</summary>
    public void Join() => _joined.TrySetResult();

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        int count = await _input.ReadAsync(buffer, cancellationToken).ConfigureAwait(false);
        if (count == 0)
        {
            await _joined.Task.WaitAsync(cancellationToken).ConfigureAwait(false);
        }

        return count;
    }

    public override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default) => Output.WriteAsync(buffer, cancellationToken);

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            Output.Leave();
        }

        base.Dispose(disposing);
    }

    private async ValueTask EndAsync(CancellationToken cancellationToken)
    {
        await Output.EndAsync(cancellationToken).ConfigureAwait(false);
        if (!Console.IsInputRedirected)
        {
            // A person who sees that the other side has ended would have to end this one too, by Ctrl-D.
            _input.End();
        }
    }

    /// <summary>A socket first: it may be standard input too.</summary>
    private void CloseOutput()
    {
        _socket?.EndSending();
        if (_socket is null)
        {
            Descriptors.Close(StandardStream.Output);
        }
    }
}
