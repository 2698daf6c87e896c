using System.Buffers;
using System.IO.Compression;
using System.IO.Pipelines;
using System.Net.Sockets;

namespace SocketConnector.Tests.Transforms;

/// <summary>A transformer that copies, and does with its two ends what it may or may not.</summary>
internal static class ContractTransformer
{
    public static async Task RunAsync(Misuse misuse, PipeReader source, PipeWriter destination, CancellationToken token)
    {
        if (misuse == Misuse.ReturnsWithAReadPending)
        {
            _ = source.ReadAsync(CancellationToken.None).AsTask();
            return;
        }

        if (misuse == Misuse.LeavesATail)
        {
            ReadResult all;
            while (!(all = await source.ReadAsync(token)).IsCompleted)
            {
                source.AdvanceTo(all.Buffer.Start, all.Buffer.End);
            }

            await destination.WriteAsync(all.Buffer.Slice(0, 5).ToArray(), token);
            source.AdvanceTo(all.Buffer.GetPosition(5));
            await source.CompleteAsync();
            await destination.CompleteAsync();
            return;
        }

        ReadResult read = await source.ReadAsync(token);
        await destination.WriteAsync(read.Buffer.ToArray(), token);
        if (misuse == Misuse.ReturnsWithAReadOpen)
        {
            return;
        }

        source.AdvanceTo(read.Buffer.End);
        switch (misuse)
        {
            case Misuse.CompletesItsSourceEarly:
                await source.CompleteAsync();
                break;
            case Misuse.CompletesItsSourceWithAnError:
                await source.CompleteAsync(new SocketException((int)SocketError.ConnectionReset));
                break;
            case Misuse.CompletesItsDestinationEarly:
                await destination.CompleteAsync();
                break;
            case Misuse.CompletesItsDestinationWithAnError:
                await destination.CompleteAsync(new SocketException((int)SocketError.ConnectionReset));
                break;
            default:
                await destination.CompleteAsync();
                do
                {
                    read = await source.ReadAsync(token);
                    source.AdvanceTo(read.Buffer.End);
                }
                while (!read.IsCompleted);
                break;
        }
    }

    public static async Task RunAsync(Use use, PipeReader source, PipeWriter destination, CancellationToken token)
    {
        if (use == Use.DisposesItsStreams)
        {
            await using Stream output = destination.AsStream();
            await using var inflate = new ZLibStream(source.AsStream(), CompressionMode.Decompress);
            await inflate.CopyToAsync(output, token);
            return;
        }

        while (true)
        {
            ReadResult read = await source.ReadAsync(token);
            await destination.WriteAsync(read.Buffer.ToArray(), token);
            if (!read.IsCompleted || use == Use.CompletesBoth)
            {
                source.AdvanceTo(read.Buffer.End);
            }

            if (read.IsCompleted)
            {
                break;
            }
        }

        if (use == Use.CompletesItsDestinationFirst)
        {
            await destination.CompleteAsync();
            await source.CompleteAsync();
        }
        else
        {
            await source.CompleteAsync();
            await destination.CompleteAsync();
        }
    }

    public static byte[] Deflated(byte[] text)
    {
        using var all = new MemoryStream();
        using (var deflate = new ZLibStream(all, CompressionLevel.Fastest))
        {
            deflate.Write(text);
        }

        return all.ToArray();
    }
}

/// <summary>What makes a stream look whole that is not, or keeps hold of it.</summary>
public enum Misuse
{
    ReturnsWithAReadPending,
    ReturnsWithAReadOpen,
    CompletesItsSourceEarly,
    CompletesItsSourceWithAnError,
    CompletesItsDestinationEarly,
    CompletesItsDestinationEarlyAndReadsOn,
    CompletesItsDestinationWithAnError,
    LeavesATail,
}

/// <summary>What is as good as returning and leaving both ends to the connector.</summary>
public enum Use
{
    CompletesBoth,
    CompletesBothOverItsLastRead,
    CompletesItsDestinationFirst,
    DisposesItsStreams,
}
