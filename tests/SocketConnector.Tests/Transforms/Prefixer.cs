using System.Buffers;
using System.Text;

namespace SocketConnector.Tests.Transforms;

/// <summary>The forms in which a transformer can be written.</summary>
public enum Form
{
    Chunks,
    Pipe,
    Stream,
}

/// <summary>Puts a text before everything else, so that more comes out than went in.</summary>
internal sealed class Prefixer(string prefix) : ChunkTransformer
{
    private byte[] _prefix = Encoding.ASCII.GetBytes(prefix);

    public static DataTransformer Of(Form form, string prefix) => form switch
    {
        Form.Chunks => Transformers.FromChunks(() => new Prefixer(prefix)),
        Form.Stream => Transformers.FromStream(inner => new ChunkStream(new Prefixer(prefix), inner)),
        _ => async (source, destination, cancellationToken) =>
        {
            await destination.WriteAsync(Encoding.ASCII.GetBytes(prefix), cancellationToken);
            await source.CopyToAsync(destination, cancellationToken);
        }
    };

    public override void Transform(ReadOnlySpan<byte> chunk, IBufferWriter<byte> output)
    {
        output.Write(_prefix);
        _prefix = [];
        output.Write(chunk);
    }
}
