using System.Buffers;
using System.IO.Pipelines;

namespace SocketConnector.Tests.Transforms;

/// <summary>Turns each line round. Where chunks begin and end must not matter to it, and the last line has no end of line.</summary>
internal sealed class LineReverser : ChunkTransformer
{
    private readonly List<byte> _line = [];

    public static DataTransformer Of(Form form) => form switch
    {
        Form.Chunks => Transformers.FromChunks(() => new LineReverser()),
        Form.Stream => Transformers.FromStream(inner => new ChunkStream(new LineReverser(), inner)),
        _ => ThroughPipesAsync,
    };

    public override void Transform(ReadOnlySpan<byte> chunk, IBufferWriter<byte> output)
    {
        foreach (byte each in chunk)
        {
            if (each == '\n')
            {
                Complete(output);
                output.Write("\n"u8);
            }
            else
            {
                _line.Add(each);
            }
        }
    }

    public override void Complete(IBufferWriter<byte> output)
    {
        _line.Reverse();
        output.Write(_line.ToArray());
        _line.Clear();
    }

    private static async Task ThroughPipesAsync(PipeReader source, PipeWriter destination, CancellationToken cancellationToken)
    {
        ReadResult read;
        do
        {
            read = await source.ReadAsync(cancellationToken);
            ReadOnlySequence<byte> rest = read.Buffer;
            while (rest.PositionOf((byte)'\n') is SequencePosition end)
            {
                destination.Write(Reversed(rest.Slice(0, end)));
                destination.Write("\n"u8);
                rest = rest.Slice(rest.GetPosition(1, end));
            }

            if (read.IsCompleted)
            {
                destination.Write(Reversed(rest));
                rest = rest.Slice(rest.End);
            }

            source.AdvanceTo(rest.Start, rest.End);
            await destination.FlushAsync(cancellationToken);
        }
        while (!read.IsCompleted);
    }

    private static byte[] Reversed(ReadOnlySequence<byte> line)
    {
        byte[] bytes = line.ToArray();
        Array.Reverse(bytes);
        return bytes;
    }
}
