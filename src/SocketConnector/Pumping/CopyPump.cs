using System.Buffers;
using SocketConnector.Sockets;

namespace SocketConnector.Pumping;

/// <summary>
/// Copies through one pooled buffer, on every system. Waits with a read of no bytes, so that an idle direction holds no
/// buffer; while bytes keep coming it keeps the buffer, and allocates nothing, but lets others have the thread now and then.
/// </summary>
internal sealed class CopyPump(int bufferSize) : IDirectionPump
{
    /// <summary>Bytes moved without a wait before others have their turn on the thread.</summary>
    internal const int Budget = 512 * 1024;

    public async Task RunAsync(Flow flow, CancellationToken abort)
    {
        // No abort is heard here: it resets the sockets, which ends what is under way.
        PeerStream source = flow.Source;
        byte[]? buffer = null;
        bool writing = false;
        PumpResult result;
        try
        {
            bool more = false;
            int moved = 0;
            while (true)
            {
                if (moved >= Budget)
                {
                    // Behind all that wait for a thread; the next flow on this one gets the buffer while it is warm.
                    moved = 0;
                    GiveBack(ref buffer);
                    await Task.Yield();
                }

                if (!more && !flow.ReadingEnds.IsCancellationRequested)
                {
                    ValueTask<int> readable = source.WaitReadableAsync(flow.ReadingEnds);
                    if (!readable.IsCompleted)
                    {
                        moved = 0;
                        GiveBack(ref buffer);
                    }

                    try
                    {
                        await readable.ConfigureAwait(false);
                    }
                    catch (OperationCanceledException) when (flow.ReadingEnds.IsCancellationRequested)
                    {
                        // Nothing is waited for any more.
                    }
                }

                int room = bufferSize;
                if (flow.Paced is not null)
                {
                    ValueTask<int> allowed = flow.AllowedAsync(bufferSize, CancellationToken.None);
                    if (!allowed.IsCompleted)
                    {
                        moved = 0;
                        GiveBack(ref buffer);
                    }

                    room = await allowed.ConfigureAwait(false);
                }

                await flow.SettleAsync().ConfigureAwait(false);
                buffer ??= ArrayPool<byte>.Shared.Rent(bufferSize);
                if (!flow.TryReceive(buffer.AsSpan(0, room), out int count))
                {
                    more = false;
                    continue;
                }

                if (count == 0)
                {
                    flow.EndReceived();
                    writing = true;
                    await flow.EndDestinationAsync(CancellationToken.None).ConfigureAwait(false);
                    result = flow.Result;
                    break;
                }

                // A full buffer says that more is waiting, and saves asking.
                more = count == room;
                flow.Received(buffer.AsSpan(0, count));
                writing = true;
                ValueTask delivered = flow.DeliverAsync(buffer.AsMemory(0, count), CancellationToken.None);
                moved = delivered.IsCompleted ? moved + count : 0;
                await delivered.ConfigureAwait(false);
                writing = false;
            }
        }
        catch (Exception error) when (SocketFailure.Is(error))
        {
            result = new PumpResult(writing ? PumpVerdict.DestinationFailed : PumpVerdict.SourceFailed, error);
        }
        catch (Exception error)
        {
            result = PumpResult.Faulted(error);
        }

        GiveBack(ref buffer);
        flow.End(result);
    }

    private static void GiveBack(ref byte[]? buffer)
    {
        if (buffer is not null)
        {
            ArrayPool<byte>.Shared.Return(buffer);
            buffer = null;
        }
    }
}
