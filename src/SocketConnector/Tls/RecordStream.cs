using System.Buffers;
using System.Buffers.Binary;
using System.Net.Sockets;
using System.Runtime.CompilerServices;
using SocketConnector.Sockets;

namespace SocketConnector.Tls;

/// <summary>
/// The inner stream of <see cref="System.Net.Security.SslStream"/>, which reads and writes one record at a time; this batches several into
/// one system call. Reads hand out one record each, because SslStream would otherwise move the following ones within its buffer.
/// Holds no buffer while it waits for bytes, or when all are sent.
/// </summary>
/// <param name="stream">Closed in order when this is disposed.</param>
/// <param name="leading">What was read too early; it is read first.</param>
/// <param name="time">The clock.</param>
internal sealed class RecordStream(ByteStream stream, ReadOnlyMemory<byte> leading, TimeProvider time) : InnerStream(stream, leading)
{
    /// <summary>Of plain text, in as many records as fit: as much as the pumps move at once by default.</summary>
    public const int MaxGathered = 4 * ReadAhead.Size;

    /// <summary>How much is received at once, of what is encrypted.</summary>
    public const int Ahead = 64 * 1024;

    // RFC 8446, section 5.1: a type, a version, and the length of what follows.
    private const int HeaderSize = 5;
    private const int LengthAt = 3;

    // Of a record, with header, tag and padding: RFC 5246, section 6.2.3 allows for more than anything in use has.
    private const int MaxOverhead = 1024;

    // A key update, a session ticket, an alert: an honest peer sends two or three, and a dishonest one makes thousands in advance, each of which
    // costs a decryption before the stream waits again.
    private const int MaxWithoutData = 64;

    private readonly Lock _gate = new();
    private readonly ByteStream _stream = stream;
    private byte[]? _ahead;
    private int _at;
    private int _end;
    private int _recordLeft;
    private int _withoutData;
    private byte[]? _gathered;
    private int _gatheredCount;
    private bool _isGathering;
    private WireRecord? _wire;

    /// <summary>Whether records were received that were not handed out yet.</summary>
    public bool HasAhead => Volatile.Read(ref _end) > Volatile.Read(ref _at);

    /// <summary>Data was in a record: however many came before it.</summary>
    public void DataCame() => _withoutData = 0;

    /// <summary>Keeps what passes, from the first byte on, until <see cref="ShowWire"/>.</summary>
    public void KeepWire()
    {
        _wire = new WireRecord(time);
        _wire.Passed(isSent: false, Leading.Span);
    }

    /// <inheritdoc cref="ByteStream.ShowWire"/>
    public void ShowWire(IWireSink? sink)
    {
        if (sink is null)
        {
            Volatile.Write(ref _wire, null);
            return;
        }

        LazyInitializer.EnsureInitialized(ref _wire, () => new WireRecord(time)).ShowTo(sink);
    }

    /// <summary>The stream's writing half is about to be ended.</summary>
    public void EndedSending() => Volatile.Read(ref _wire)?.Ended(isSent: true);

    /// <summary>From here on what is written is kept, until <see cref="SendGatheredAsync"/>.</summary>
    public void Gather()
    {
        lock (_gate)
        {
            _isGathering = true;
        }
    }

    /// <summary>Sends what was gathered.</summary>
    /// <exception cref="IOException">The stream has failed.</exception>
    public ValueTask SendGatheredAsync()
    {
        byte[]? gathered;
        int count;
        lock (_gate)
        {
            (gathered, count) = (_gathered, _gatheredCount);
            (_gathered, _gatheredCount, _isGathering) = (null, 0, false);
        }

        return gathered is null ? ValueTask.CompletedTask : SendAsync(gathered.AsMemory(0, count), gathered);
    }

    public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        try
        {
            return TryRead(buffer.Span, out int count) ? new ValueTask<int>(count) : WaitAndReadAsync(buffer, cancellationToken);
        }
        catch (Exception error)
        {
            return ValueTask.FromException<int>(error);
        }
    }

    public override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
    {
        lock (_gate)
        {
            if (_isGathering)
            {
                Keep(buffer.Span);
                return ValueTask.CompletedTask;
            }
        }

        return SendAsync(buffer, rented: null);
    }

    public override void Write(byte[] buffer, int offset, int count)
    {
        Volatile.Read(ref _wire)?.Passed(isSent: true, buffer.AsSpan(offset, count));
        base.Write(buffer, offset, count);
    }

    private int Left => _end - _at;

    private bool TryRead(Span<byte> room, out int count)
    {
        count = 0;
        if (!TryFill())
        {
            return false;
        }

        if (room.IsEmpty || Left == 0)
        {
            if (Left == 0 && _ahead is not null)
            {
                GiveBack();
            }

            return true;
        }

        ReadOnlySpan<byte> ahead = _ahead.AsSpan(_at, Left);
        if (_recordLeft == 0)
        {
            // Less than a header is the end, which is inside a record.
            _recordLeft = Left < HeaderSize ? Left : HeaderSize + BinaryPrimitives.ReadUInt16BigEndian(ahead[LengthAt..]);
            if (++_withoutData > MaxWithoutData)
            {
                throw new InvalidDataException($"{MaxWithoutData} records in a row without data");
            }
        }

        count = Math.Min(Math.Min(room.Length, Left), _recordLeft);
        ahead[..count].CopyTo(room);
        _recordLeft -= count;
        _at += count;
        if (Left == 0)
        {
            GiveBack();
        }

        return true;
    }

    /// <returns>Whether there is something to hand out, or the end.</returns>
    private bool TryFill()
    {
        while (Left < (_recordLeft > 0 ? 1 : HeaderSize) && !HasEnded)
        {
            _ahead ??= ArrayPool<byte>.Shared.Rent(Math.Max(Ahead, Leading.Length + HeaderSize));
            _ahead.AsSpan(_at, Left).CopyTo(_ahead);
            (_at, _end) = (0, Left);
            if (!Leading.IsEmpty)
            {
                Leading.Span.CopyTo(_ahead);
                _end = Leading.Length;
                Leading = default;
                continue;
            }

            SocketError error = _stream.Receive(_ahead.AsSpan(_end), peek: false, out int count);
            if (error != SocketError.Success)
            {
                // At most a part of a header.
                Leading = _ahead.AsSpan(0, _end).ToArray();
                GiveBack();
                return error == SocketError.WouldBlock ? false : throw Failed(new SocketException((int)error));
            }

            if (Volatile.Read(ref _wire) is { } wire)
            {
                ShowReceived(wire, _ahead.AsSpan(_end, count));
            }

            _end += count;
            HasEnded = count == 0;
        }

        return true;
    }

    private static void ShowReceived(WireRecord wire, ReadOnlySpan<byte> bytes)
    {
        if (bytes.IsEmpty)
        {
            wire.Ended(isSent: false);
        }
        else
        {
            wire.Passed(isSent: false, bytes);
        }
    }

    private void GiveBack()
    {
        ArrayPool<byte>.Shared.Return(_ahead!);
        (_ahead, _at, _end) = (null, 0, 0);
    }

    private void Keep(ReadOnlySpan<byte> record)
    {
        if (_gathered is null || _gathered.Length - _gatheredCount < record.Length)
        {
            byte[] larger = ArrayPool<byte>.Shared.Rent(Math.Max(MaxGathered + MaxOverhead, _gatheredCount + record.Length));
            _gathered.AsSpan(0, _gatheredCount).CopyTo(larger);
            if (_gathered is not null)
            {
                ArrayPool<byte>.Shared.Return(_gathered);
            }

            _gathered = larger;
        }

        record.CopyTo(_gathered.AsSpan(_gatheredCount));
        _gatheredCount += record.Length;
    }

    private ValueTask SendAsync(ReadOnlyMemory<byte> records, byte[]? rented)
    {
        // Before the peer can have them, or its quick answer would be shown first.
        Volatile.Read(ref _wire)?.Passed(isSent: true, records.Span);
        SocketError error = _stream.Send(records.Span, out int sent);
        if (error is not (SocketError.Success or SocketError.WouldBlock))
        {
            return ValueTask.FromException(WriteFailed(new SocketException((int)error)));
        }

        if (error == SocketError.WouldBlock || sent < records.Length)
        {
            return SendRestAsync(records[sent..], rented);
        }

        if (rented is not null)
        {
            ArrayPool<byte>.Shared.Return(rented);
        }

        return ValueTask.CompletedTask;
    }

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder))]
    private async ValueTask SendRestAsync(ReadOnlyMemory<byte> rest, byte[]? rented)
    {
        await base.WriteAsync(rest, CancellationToken.None).ConfigureAwait(false);
        if (rented is not null)
        {
            ArrayPool<byte>.Shared.Return(rented);
        }
    }

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    private async ValueTask<int> WaitAndReadAsync(Memory<byte> buffer, CancellationToken cancellationToken)
    {
        int count;
        do
        {
            await WaitReadableAsync(cancellationToken).ConfigureAwait(false);
        }
        while (!TryRead(buffer.Span, out count));
        return count;
    }
}
