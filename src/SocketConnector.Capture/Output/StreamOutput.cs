namespace SocketConnector.Capture.Output;

/// <summary>Writes to a stream: a pipe, or standard output. Its reader gets each packet at once.</summary>
internal sealed class StreamOutput(Stream stream, SectionBlocks section) : CaptureOutput
{
    private bool _hasBegun;

    public override async ValueTask WriteAsync(ReadOnlyMemory<byte> blocks, CancellationToken cancellationToken)
    {
        Unwritten = blocks;
        if (!_hasBegun)
        {
            _hasBegun = true;
            await stream.WriteAsync(section.Head(), cancellationToken).ConfigureAwait(false);
        }

        await stream.WriteAsync(blocks, cancellationToken).ConfigureAwait(false);
        await stream.FlushAsync(cancellationToken).ConfigureAwait(false);
        Unwritten = default;
    }

    public override ValueTask FinishAsync(CancellationToken cancellationToken) => WriteAsync(section.Tail(), cancellationToken);

    public override ValueTask DisposeAsync() => stream.DisposeAsync();
}
