using System.Buffers;
using System.Net.Sockets;
using SocketConnector.Rendezvous.Wire;
using SocketConnector.TestKit;

namespace SocketConnector.Rendezvous.Tests.Wire;

/// <summary>An end as the relay has it: frames first, bare bytes after PAIRED.</summary>
internal sealed class RelayedEnd(Socket socket) : IDisposable
{
    private byte[] _buffered = [];

    /// <summary>Opening, HELLO and JOIN, which an end sends without waiting for an answer.</summary>
    public async Task<JoinFrame> ReadJoinAsync()
    {
        OperationStatus status = OperationStatus.NeedMoreData;
        while (status == OperationStatus.NeedMoreData)
        {
            await FillAsync();
            var input = new ReadOnlySequence<byte>(_buffered);
            status = Opening.Read(ref input);
            _buffered = input.ToArray();
        }

        Assert.Equal(OperationStatus.Done, status);
        Assert.Contains(1, Assert.IsType<HelloFrame>(await ReadAsync()).Versions);
        return Assert.IsType<JoinFrame>(await ReadAsync());
    }

    public async Task<Frame> ReadAsync()
    {
        while (true)
        {
            var input = new ReadOnlySequence<byte>(_buffered);
            OperationStatus status = FrameReader.Read(ref input, FrameSender.End, out Frame? frame, out string? error);
            _buffered = input.ToArray();
            Assert.Null(error);
            if (status == OperationStatus.Done)
            {
                return frame!;
            }

            await FillAsync();
        }
    }

    /// <summary>What an end sends after JOIN and ACCEPT is nothing, so that a pairing cuts its stream at a known place.</summary>
    public void IsSilent() => Assert.Equal((0, 0), (_buffered.Length, socket.Available));

    /// <summary>Frames and bytes in one write.</summary>
    public Task WriteAsync(byte[] bytes, params Frame[] frames) =>
        socket.SendAsync((byte[])[.. frames.SelectMany(frame => FrameWriter.ToBytes(frame).ToArray()), .. bytes]).InTimeAsync(what: "a write to an end");

    public void EndHalf() => socket.Shutdown(SocketShutdown.Send);

    public async Task<byte[]> ReadBytesAsync(int count)
    {
        byte[] bytes = new byte[count];
        for (int read = 0; read < count;)
        {
            int now = await socket.ReceiveAsync(bytes.AsMemory(read)).AsTask().InTimeAsync(what: "bytes of an end");
            Assert.NotEqual(0, now);
            read += now;
        }

        return bytes;
    }

    /// <summary>Both ways until both ends have ended.</summary>
    public Task SpliceAsync(RelayedEnd other) => Task.WhenAll(CopyAsync(socket, other.Socket), CopyAsync(other.Socket, socket));

    public void Dispose() => socket.Dispose();

    private Socket Socket => socket;

    private static async Task CopyAsync(Socket from, Socket to)
    {
        byte[] room = new byte[4096];
        try
        {
            while (await from.ReceiveAsync(room) is > 0 and int read)
            {
                await to.SendAsync(room.AsMemory(0, read));
            }

            to.Shutdown(SocketShutdown.Send);
        }
        catch (SocketException)
        {
            from.Close(0);
            to.Close(0);
        }
        catch (ObjectDisposedException)
        {
            // The other direction has met the error.
        }
    }

    private async Task FillAsync()
    {
        byte[] room = new byte[4096];
        int read = await socket.ReceiveAsync(room.AsMemory()).AsTask().InTimeAsync(what: "a frame of an end");
        Assert.NotEqual(0, read);
        _buffered = [.. _buffered, .. room.AsSpan(0, read)];
    }
}
