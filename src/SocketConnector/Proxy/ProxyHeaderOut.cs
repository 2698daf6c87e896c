using System.Buffers;
using System.Net.Sockets;
using SocketConnector.Admission;
using SocketConnector.ProxyProtocol;
using SocketConnector.Sockets;

namespace SocketConnector.Proxy;

/// <summary>The stage that tells what was dialled, before anything else, which peer it was dialled for.</summary>
internal sealed class ProxyHeaderOut(ProxyVersion version, TimeProvider time)
{
    // Fixed part and two Unix paths, which are the longest addresses.
    private const int MaxWithoutTlvs = 256;

    public async ValueTask<Refusal?> RunAsync(AdmissionContext context, CancellationToken stopping)
    {
        PeerStream peer = context.Peer;
        Peer? partner = context.Partner?.Peer;
        ReadOnlySequence<byte> tlvs = partner is null ? default : TlvsFor(partner);
        byte[] room = ArrayPool<byte>.Shared.Rent(MaxWithoutTlvs + (int)tlvs.Length);
        try
        {
            int length = Write(partner, tlvs, room);
            await SendAsync(peer, room.AsMemory(0, length), context.Remaining, stopping).ConfigureAwait(false);
            return null;
        }
        catch (OperationCanceledException) when (!stopping.IsCancellationRequested)
        {
            return new Refusal(CloseReason.AdmissionTimeout, peer.Side, new TimeoutException("it did not take the PROXY header in time"));
        }
        catch (Exception error) when (SocketFailure.Is(error))
        {
            return new Refusal(CloseReason.PeerReset, peer.Side, error);
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(room);
        }
    }

    // Of a client behind a load balancer that balancer has told; the TLS that was handled here is the balancer's own.
    private ReadOnlySequence<byte> TlvsFor(Peer partner) =>
        version == ProxyVersion.V2 && partner is { Told: null, Tls: { } tls } ? new ReadOnlySequence<byte>(TlsTlvs.Of(tls)) : partner.ProxyTlvs.Bytes;

    private int Write(Peer? partner, in ReadOnlySequence<byte> tlvs, Span<byte> room)
    {
        int length;
        bool fits = version == ProxyVersion.V1 ? ProxyHeaderWriter.TryWriteV1(partner?.RemoteEndPoint, partner?.LocalEndPoint, room, out length)
            : partner is null ? ProxyHeaderWriter.TryWriteLocal(room, out length)
            : ProxyHeaderWriter.TryWriteV2(partner.RemoteEndPoint, partner.LocalEndPoint, tlvs, room, out length);
        return fits ? length : throw new InvalidOperationException($"a PROXY header does not fit into {room.Length} bytes");
    }

    // A new connection has room for it, so this hardly ever waits.
    private async ValueTask SendAsync(PeerStream peer, ReadOnlyMemory<byte> header, TimeSpan remaining, CancellationToken stopping)
    {
        SocketError error = peer.Stream.Send(header.Span, out int count);
        if (error is not (SocketError.Success or SocketError.WouldBlock))
        {
            throw new SocketException((int)error);
        }

        header = header[count..];
        if (header.IsEmpty)
        {
            return;
        }

        using var deadline = new CancellationTokenSource(remaining, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(deadline.Token, stopping);
        while (!header.IsEmpty)
        {
            int sent = await peer.Stream.SendAsync(header, either.Token).ConfigureAwait(false);
            header = header[sent..];
        }
    }
}
