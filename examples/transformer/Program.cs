// What A sends reaches B reversed, chunk by chunk. What B sends reaches A compressed, as one gzip stream.
//
//     dotnet run --project examples/transformer -- 9000 9001
//     ncat 127.0.0.1 9000 | gunzip
//     ncat 127.0.0.1 9001
using System.Buffers;
using System.Globalization;
using System.IO.Compression;
using SocketConnector;

int portA = args.Length > 0 ? int.Parse(args[0], CultureInfo.InvariantCulture) : 9000;
int portB = args.Length > 1 ? int.Parse(args[1], CultureInfo.InvariantCulture) : 9001;

// A transformer sits on the side that the data comes from, and is made anew for each connection.
DataTransformer reverse = Transformers.FromChunks(() => new Reverse());
DataTransformer compress = Transformers.FromStream(output => new GZipStream(output, CompressionLevel.Fastest));

await using Connector connector = await Connector.ServerToServerAsync(
    new ListenOptions(portA) { Transformer = reverse },
    new ListenOptions(portB) { Transformer = compress },
    new ConnectorOptions { GracePeriod = Timeout.InfiniteTimeSpan });

Console.WriteLine($"side A listening on {connector.PortA}");
Console.WriteLine($"side B listening on {connector.PortB}");
await connector.Completion;

internal sealed class Reverse : ChunkTransformer
{
    public override void Transform(ReadOnlySpan<byte> chunk, IBufferWriter<byte> output)
    {
        Span<byte> reversed = output.GetSpan(chunk.Length)[..chunk.Length];
        chunk.CopyTo(reversed);
        reversed.Reverse();
        output.Advance(chunk.Length);
    }
}
