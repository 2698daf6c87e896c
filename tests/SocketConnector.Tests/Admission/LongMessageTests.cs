using System.Buffers;
using System.IO.Pipelines;
using System.Net.Sockets;
using SocketConnector.TestKit;

namespace SocketConnector.Tests.Admission;

/// <summary>A verifier sees one buffer at a time, however much its peer sends.</summary>
public sealed class LongMessageTests
{
    private const int Buffer = 16 * 1024;

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task B25_A_verifier_that_consumes_nothing_is_shown_one_buffer_and_then_told_so(bool asksForAllAtOnce)
    {
        using var log = new LogCollector();
        long most = 0;
        await using Gate gate = await Gate.OpenAsync(
            async (context, cancellationToken) =>
            {
                if (asksForAllAtOnce)
                {
                    await context.Transport.Input.ReadAtLeastAsync(Buffer + 1, cancellationToken);
                    return AuthResult.Accept();
                }

                while (true)
                {
                    ReadResult read = await context.Transport.Input.ReadAsync(cancellationToken);
                    most = Math.Max(most, read.Buffer.Length);
                    context.Transport.Input.AdvanceTo(read.Buffer.Start, read.Buffer.End);
                }
            },
            options => options with { BufferSize = Buffer, LoggerFactory = log });
        TestPeer endless = await gate.ConnectAAsync();
        var pouring = Pouring.Start(endless, 64 * 1024 * 1024);

        await gate.ClosedAsync(CloseReason.AuthFailed, side: null);
        await Assert.ThrowsAnyAsync<SocketException>(() => pouring.Sha256.InTimeAsync());
        Assert.InRange(most, asksForAllAtOnce ? 0 : 1, Buffer);
        LogEntry said = await log.FirstAsync("authentication failed");
        Assert.Contains("16384 bytes", said.Message, StringComparison.Ordinal);
        Assert.Contains("BufferSize", said.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task B25_A_message_of_exactly_one_buffer_is_read_whole_and_what_follows_is_relayed()
    {
        await using Gate gate = await Gate.OpenAsync(
            async (context, cancellationToken) => (await Verifiers.ReadAsync(context.Transport.Input, Buffer, cancellationToken)).Length == Buffer
                ? AuthResult.Accept()
                : AuthResult.Reject("too short"),
            options => options with { BufferSize = Buffer });
        TestPeer a = await gate.ConnectAAsync(new string('x', Buffer) + "and more");
        await gate.PendingAAsync(1);
        TestPeer b = await gate.ConnectBAsync();
        Assert.Equal("and more", await b.ReadTextAsync(8));
        await b.WriteAsync("back");
        Assert.Equal("back", await a.ReadTextAsync(4));
    }

    [Fact]
    public async Task B25_One_that_consumes_as_it_goes_reads_far_more_than_a_buffer()
    {
        const int Long = 1024 * 1024;
        await using Gate gate = await Gate.OpenAsync(
            async (context, cancellationToken) =>
            {
                PipeReader input = context.Transport.Input;
                for (long left = Long; left > 0;)
                {
                    ReadResult read = await input.ReadAsync(cancellationToken);
                    ReadOnlySequence<byte> taken = read.Buffer.Slice(0, Math.Min(left, Math.Max(1, read.Buffer.Length / 2)));
                    left -= taken.Length;
                    input.AdvanceTo(taken.End);
                }

                return AuthResult.Accept();
            },
            options => options with { BufferSize = Buffer });
        TestPeer a = await gate.ConnectAAsync();
        Task sending = a.WriteAsync(new string('x', Long) + "the rest");
        await gate.PendingAAsync(1);
        TestPeer b = await gate.ConnectBAsync();
        Assert.Equal("the rest", await b.ReadTextAsync(8));
        await sending.InTimeAsync();
    }

    [Fact]
    public async Task B25_One_that_looks_piece_by_piece_at_a_full_buffer_may_look_at_all_of_it()
    {
        await using Gate gate = await Gate.OpenAsync(
            async (context, cancellationToken) =>
            {
                PipeReader input = context.Transport.Input;
                for (int looked = 1024; looked < Buffer; looked += 1024)
                {
                    ReadResult read = await input.ReadAtLeastAsync(looked + 1, cancellationToken);
                    input.AdvanceTo(read.Buffer.Start, read.Buffer.GetPosition(looked));
                }

                input.AdvanceTo((await input.ReadAsync(cancellationToken)).Buffer.GetPosition(Buffer));
                return AuthResult.Accept();
            },
            options => options with { BufferSize = Buffer });
        TestPeer a = await gate.ConnectAAsync();
        Task sending = a.WriteAsync(new string('x', Buffer) + new string('y', 1024 * 1024));
        await gate.PendingAAsync(1);
        TestPeer b = await gate.ConnectBAsync();
        Assert.Equal(new string('y', 1024 * 1024), await b.ReadTextAsync(1024 * 1024));
        await sending.InTimeAsync();
    }
}
