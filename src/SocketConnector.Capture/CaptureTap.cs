using System.Buffers;
using System.Globalization;
using System.Text.Json;
using SocketConnector.Capture.Packets;

namespace SocketConnector.Capture;

/// <summary>Makes packets of what one connection relays.</summary>
internal sealed class CaptureTap : Tap
{
    private readonly ConnectionFacts _connection;
    private readonly Conversation? _conversation;
    private readonly WireConversation?[] _wires;
    private readonly CaptureRedaction? _redact;

    private readonly Action<CaptureTap, long> _ended;

    /// <param name="connection">The connection.</param>
    /// <param name="conversations">Those of it that are captured.</param>
    /// <param name="redact">Masks its bytes.</param>
    /// <param name="ended">Is told when nothing more is captured of it, and how many bytes were missed.</param>
    public CaptureTap(ConnectionFacts connection, ConversationFactory conversations, CaptureRedaction? redact, Action<CaptureTap, long> ended)
    {
        (_connection, _redact, _ended) = (connection, redact, ended);
        _conversation = conversations.ClearOf(connection);
        _wires = [conversations.WireOf(connection, Side.A), conversations.WireOf(connection, Side.B)];
    }

    /// <summary>The connection's.</summary>
    public long Id => _connection.Id;

    /// <summary>What the other side is given: decrypted, and transformed.</summary>
    public override TapView View => TapView.Relayed;

    public override bool SeesWire => _wires.Any(static wire => wire is not null);

    /// <summary>The connection is being joined: it is opened in the capture as well.</summary>
    public void BeginNew()
    {
        foreach (WireConversation? wire in _wires)
        {
            wire?.IsNew = true;
        }

        _conversation?.Comment(Joined());
        _conversation?.Open(_connection.PeerB.WasDialled || !_connection.PeerA.WasDialled ? Side.A : Side.B, _connection.JoinedAt);
    }

    /// <summary>The connection runs already: what was before is not in the capture.</summary>
    public void BeginInTheMiddle() => _conversation?.Comment($"{Joined()}; captured from here on");

    public override void OnData(TapChunk chunk)
    {
        if (_conversation is null)
        {
            return;
        }

        Skip(chunk.Side, chunk.Missed);
        if (_redact is null)
        {
            _conversation.Data(chunk.Side, chunk.Bytes, chunk.Time);
        }
        else
        {
            Data(_conversation, chunk, _redact);
        }

        ReportDropped(_conversation.TakeDropped());
    }

    public override void OnEnd(TapEnd ended)
    {
        Skip(ended.Side, ended.Missed);
        _conversation?.End(ended.Side, ended.Time);
    }

    public override void OnWireData(Side peer, TapChunk chunk)
    {
        if (_wires[(int)peer] is { } wire)
        {
            wire.Data(chunk);
            ReportDropped(wire.TakeDropped());
        }
    }

    public override void OnWireEnd(Side peer, TapEnd ended) => _wires[(int)peer]?.End(ended);

    public override void OnClosed(TapClosed closed)
    {
        foreach (WireConversation? wire in _wires)
        {
            wire?.Close(closed, Closed(closed, wire.Missed));
        }

        CloseClear(closed);
        _ended(this, (_conversation is null ? 0 : closed.Missed) + _wires.Sum(static wire => wire?.Missed ?? 0));
    }

    /// <summary>Masked first.</summary>
    private void Data(Conversation conversation, TapChunk chunk, CaptureRedaction redact)
    {
        byte[] copy = ArrayPool<byte>.Shared.Rent(chunk.Bytes.Length);
        try
        {
            Span<byte> bytes = copy.AsSpan(0, chunk.Bytes.Length);
            chunk.Bytes.CopyTo(bytes);
            redact(_connection, chunk.Side, bytes);
            conversation.Data(chunk.Side, bytes, chunk.Time);
        }
        catch
        {
            // It is detached for what it throws.
            _ended(this, 0);
            throw;
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(copy);
        }
    }

    private void CloseClear(TapClosed closed)
    {
        if (_conversation is null)
        {
            return;
        }

        Skip(Side.A, closed.MissedA);
        Skip(Side.B, closed.MissedB);
        _conversation.Comment(Closed(closed, closed.Missed));
        if (closed.Info.Reason is CloseReason.Completed or CloseReason.Ended)
        {
            // It may have been captured only since one half had ended.
            _conversation.End(Side.A, closed.Time);
            _conversation.End(Side.B, closed.Time);
            _conversation.Close(closed.Time);
        }
        else
        {
            _conversation.Reset(closed.Info.Side, closed.Time);
        }
    }

    private void Skip(Side side, long missed)
    {
        if (missed > 0)
        {
            _conversation?.Skip(side, missed);
        }
    }

    private string Joined() => string.Create(CultureInfo.InvariantCulture, $"#{_connection.Id} joined: {_connection.PeerA}, {_connection.PeerB}");

    private string Closed(TapClosed closed, long bytes)
    {
        CloseInfo info = closed.Info;
        string side = info.Side is { } blamed ? $", by side {blamed}" : "";
        string missed = bytes > 0 ? string.Create(CultureInfo.InvariantCulture, $"; {bytes} bytes were not captured") : "";
        return string.Create(
            CultureInfo.InvariantCulture, $"#{_connection.Id} closed: {JsonNamingPolicy.CamelCase.ConvertName(info.Reason.ToString())}{side} after {info.Duration.TotalSeconds:0.###} s{missed}");
    }
}
