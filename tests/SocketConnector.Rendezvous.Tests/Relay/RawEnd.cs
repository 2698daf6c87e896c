using System.Buffers;
using System.Net;
using SocketConnector.Rendezvous.Wire;
using SocketConnector.TestKit;

namespace SocketConnector.Rendezvous.Tests.Relay;

/// <summary>An end that says what a test says, frame by frame. It reads no further than it is asked to.</summary>
internal sealed class RawEnd(TestPeer peer) : IDisposable
{
    public TestPeer Peer => peer;

    /// <param name="relay">Where to.</param>
    /// <param name="from">The last byte of an address of its own, 127.0.1.x; 0 for any.</param>
    public static async Task<RawEnd> ConnectAsync(EndPoint relay, byte from = 0) =>
        new(await TestPeer.ConnectAsync(relay, socket => socket.Bind(new IPEndPoint(from == 0 ? IPAddress.Any : new IPAddress([127, 0, 1, from]), 0))));

    /// <summary>Opening, HELLO and JOIN in one write.</summary>
    public static async Task<RawEnd> JoinAsync(EndPoint relay, SessionName session, EndRole role, string? ticket = null, byte[]? early = null, byte from = 0)
    {
        RawEnd end = await ConnectAsync(relay, from);
        await end.Peer.WriteAsync(Beginning(session, role, ticket, early));
        return end;
    }

    /// <summary>One that waits.</summary>
    public static async Task<RawEnd> WaitAsync(EndPoint relay, SessionName session, EndRole role, string? ticket = null, byte from = 0)
    {
        RawEnd end = await JoinAsync(relay, session, role, ticket, from: from);
        await end.ExpectAsync<WelcomeFrame>();
        await end.ExpectAsync<WaitFrame>();
        return end;
    }

    public static byte[] Beginning(SessionName session, EndRole role, string? ticket = null, byte[]? early = null) =>
        [.. Opening.Bytes, .. Bytes(new HelloFrame([1], "raw")), .. Bytes(new JoinFrame(session, role, ticket, early))];

    public static byte[] Bytes(Frame frame) => FrameWriter.ToBytes(frame).ToArray();

    public Task WriteAsync(params Frame[] frames) => peer.WriteAsync(frames.SelectMany(Bytes).ToArray());

    /// <summary>The bytes of the next frame, its length included.</summary>
    public async Task<byte[]> ReadBytesAsync()
    {
        byte[] length = await peer.ReadAsync(FrameBounds.PrefixLength);
        return [.. length, .. await peer.ReadAsync((length[0] << 8) | length[1])];
    }

    public async Task<Frame> ReadAsync()
    {
        var input = new ReadOnlySequence<byte>(await ReadBytesAsync());
        Assert.Equal(OperationStatus.Done, FrameReader.Read(ref input, FrameSender.Relay, out Frame? frame, out string? error));
        Assert.Null(error);
        return frame!;
    }

    /// <summary>The next frame, which must be of a type.</summary>
    public async Task<T> ExpectAsync<T>()
        where T : Frame => Assert.IsType<T>(await ReadAsync());

    /// <summary>From JOIN to PAIRED, whether or not it has to wait for that.</summary>
    public async Task PairedAsync()
    {
        await ExpectAsync<WelcomeFrame>();
        Frame frame = await ReadAsync();
        if (frame is WaitFrame)
        {
            await ExpectAsync<OpenFrame>();
            await WriteAsync(new AcceptFrame());
            frame = await ReadAsync();
        }

        Assert.IsType<PairedFrame>(frame);
    }

    /// <summary>Waiting, it accepts one that comes.</summary>
    public async Task MeetAsync(RawEnd coming)
    {
        await ExpectAsync<OpenFrame>();
        await WriteAsync(new AcceptFrame());
        await ExpectAsync<PairedFrame>();
        await coming.ExpectAsync<WelcomeFrame>();
        await coming.ExpectAsync<PairedFrame>();
    }

    /// <summary>WELCOME, a refusal, and the end in order.</summary>
    public async Task<RefusedFrame> RefusedAsync(RefusalCode code, bool isWelcome = true)
    {
        if (isWelcome)
        {
            await ExpectAsync<WelcomeFrame>();
        }

        RefusedFrame refused = await ExpectAsync<RefusedFrame>();
        Assert.Equal(code, refused.Code);
        Assert.Empty(await peer.ReadToEndAsync());
        return refused;
    }

    /// <summary>Gone in whatever way, with nothing more said.</summary>
    public async Task GoneAsync() => Assert.Empty((await peer.ReadToWhateverEndAsync()).Bytes);

    public void Dispose() => peer.Dispose();
}
