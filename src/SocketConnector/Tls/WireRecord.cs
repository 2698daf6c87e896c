using SocketConnector.Sockets;

namespace SocketConnector.Tls;

/// <summary>
/// What passes below one TLS stream: kept from the handshake on until the peer is joined, then shown. A record that is made later keeps
/// nothing. Each direction has one caller at a time.
/// </summary>
/// <param name="time">The clock.</param>
internal sealed class WireRecord(TimeProvider time)
{
    /// <summary>
    /// A handshake with its certificates, and what two reads take in behind it: all that TLS reads of a peer that waits to be joined.
    /// A verifier that reads on may need more.
    /// </summary>
    internal const int MaxKept = 128 * 1024;

    // What a piece takes beside its bytes: a peer may send them one by one.
    internal const int PieceOverhead = 64;

    private readonly Lock _gate = new();
    private readonly List<(bool IsSent, DateTimeOffset Time, byte[] Bytes)> _kept = [];
    private readonly long[] _missed = new long[2];
    private readonly bool[] _hasEnded = new bool[2];
    private IWireSink? _sink;
    private int _bytes;

    public void Passed(bool isSent, ReadOnlySpan<byte> bytes)
    {
        lock (_gate)
        {
            int way = isSent ? 1 : 0;
            if (_sink is not null)
            {
                _sink.Show(isSent, bytes);
            }
            else if (_missed[way] > 0 || bytes.Length > MaxKept - _bytes - PieceOverhead)
            {
                // Once one has not fitted none behind it is kept, so that there is one gap.
                _missed[way] += bytes.Length;
            }
            else if (!bytes.IsEmpty)
            {
                _bytes += bytes.Length + PieceOverhead;
                _kept.Add((isSent, time.GetUtcNow(), bytes.ToArray()));
            }
        }
    }

    public void Ended(bool isSent)
    {
        lock (_gate)
        {
            int way = isSent ? 1 : 0;
            if (!_hasEnded[way])
            {
                _hasEnded[way] = true;
                _sink?.ShowEnd(isSent);
            }
        }
    }

    /// <summary>Shows what was kept, and everything from now on.</summary>
    public void ShowTo(IWireSink sink)
    {
        lock (_gate)
        {
            if (_sink is null)
            {
                ShowKept(sink);
            }

            _sink = sink;
        }
    }

    private void ShowKept(IWireSink sink)
    {
        foreach ((bool isSent, DateTimeOffset when, byte[] bytes) in _kept)
        {
            sink.Show(isSent, bytes, when);
        }

        _kept.Clear();
        foreach (bool isSent in (bool[])[false, true])
        {
            int way = isSent ? 1 : 0;
            if (_missed[way] > 0)
            {
                sink.Miss(isSent, _missed[way]);
            }

            if (_hasEnded[way])
            {
                sink.ShowEnd(isSent);
            }
        }
    }
}
