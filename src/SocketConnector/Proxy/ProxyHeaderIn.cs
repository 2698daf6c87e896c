using System.Buffers;
using Microsoft.Extensions.Logging;
using SocketConnector.Admission;
using SocketConnector.Diagnostics;
using SocketConnector.ProxyProtocol;
using SocketConnector.Sockets;

namespace SocketConnector.Proxy;

/// <summary>The stage that takes the PROXY header of a peer that is listed to send one. What comes behind it is put back.</summary>
internal sealed class ProxyHeaderIn(NetworkList sources, TimeProvider time, ILogger log)
{
    // Nearly every header is shorter.
    private const int UsualLength = 256;
    private const int MaxLength = 16 * 1024;

    public async ValueTask<Refusal?> RunAsync(AdmissionContext context, CancellationToken stopping)
    {
        PeerStream peer = context.Peer;
        if (!MustSend(peer.Peer))
        {
            return null;
        }

        using var deadline = new CancellationTokenSource(context.Remaining, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(deadline.Token, stopping);
        try
        {
            ProxyHeaderError error = await ReadAsync(peer, either.Token).ConfigureAwait(false);
            if (error == ProxyHeaderError.None)
            {
                log.ProxyHeaderTaken(peer.Peer, peer.Peer.SocketText);
                return null;
            }

            return new Refusal(CloseReason.BadProxyHeader, peer.Side, new InvalidDataException($"it may send PROXY headers, and sent something else: {Describe(error)}"));
        }
        catch (OperationCanceledException) when (!stopping.IsCancellationRequested)
        {
            return new Refusal(CloseReason.AdmissionTimeout, peer.Side, new TimeoutException("its PROXY header did not come in time"));
        }
        catch (EndOfStreamException error)
        {
            return new Refusal(CloseReason.PeerReset, peer.Side, error);
        }
        catch (Exception error) when (SocketFailure.Is(error))
        {
            return new Refusal(CloseReason.PeerReset, peer.Side, error);
        }
    }

    /// <summary>A Unix socket is of no network: who may connect to it is decided by its file.</summary>
    private bool MustSend(Peer peer) => peer.SocketRemote.IsUnix || sources.Contains(peer.SocketRemote);

    /// <exception cref="EndOfStreamException">The peer has ended its stream inside the header.</exception>
    private static async Task<ProxyHeaderError> ReadAsync(PeerStream peer, CancellationToken cancellationToken)
    {
        byte[] bytes = ArrayPool<byte>.Shared.Rent(UsualLength);
        try
        {
            for (int held = 0; ;)
            {
                await peer.WaitReadableAsync(cancellationToken).ConfigureAwait(false);
                if (!peer.TryReceive(bytes.AsSpan(held), out int count))
                {
                    continue;
                }

                if (count == 0)
                {
                    throw new EndOfStreamException("it left before its PROXY header was complete");
                }

                held += count;
                OperationStatus status = ProxyHeader.Parse(new ReadOnlySequence<byte>(bytes, 0, held), out ProxyHeader header, out ProxyHeaderError error, MaxLength);
                if (status == OperationStatus.Done)
                {
                    peer.Peer.Learn(header);
                    peer.Unread(bytes.AsSpan(header.Length, held - header.Length));
                }

                if (status != OperationStatus.NeedMoreData)
                {
                    return error;
                }

                if (held == bytes.Length)
                {
                    bytes = Grow(bytes);
                }
            }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(bytes);
        }
    }

    private static byte[] Grow(byte[] bytes)
    {
        byte[] longer = ArrayPool<byte>.Shared.Rent(2 * bytes.Length);
        bytes.CopyTo(longer, 0);
        ArrayPool<byte>.Shared.Return(bytes);
        return longer;
    }

    private static string Describe(ProxyHeaderError error) => error switch
    {
        ProxyHeaderError.NotAHeader => "no header begins like that",
        ProxyHeaderError.TooLong => $"a header longer than {MaxLength} bytes, or a line longer than {ProxyHeader.MaxLengthV1}",
        ProxyHeaderError.UnknownVersion => "a version that is not known",
        ProxyHeaderError.UnknownCommand => "a command that is not known",
        ProxyHeaderError.UnknownFamily => "an address family or a transport that is not known",
        ProxyHeaderError.BadAddress => "an address or a port that is none",
        ProxyHeaderError.BadTlv => "a TLV that is malformed",
        ProxyHeaderError.BadChecksum => "a header whose checksum is wrong",
        _ => error.ToString(),
    };
}
