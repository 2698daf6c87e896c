using System.Formats.Cbor;
using System.Text;

namespace SocketConnector.Rendezvous.Wire;

/// <summary>The map of a body that is being written. Each of its methods throws where a value is out of bounds; optional values may be null.</summary>
internal sealed class FrameMap
{
    private static readonly UTF8Encoding _encoding = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);
    private readonly CborWriter _writer = new(CborConformanceMode.Canonical, convertIndefiniteLengthEncodings: true);

    public void Begin(FrameType type)
    {
        // The writer counts the pairs itself.
        _writer.WriteStartMap(null);
        _writer.WriteInt32(FrameKeys.Type);
        _writer.WriteInt32((int)type);
    }

    public CborWriter End()
    {
        _writer.WriteEndMap();
        return _writer;
    }

    public void Number(int key, int value, int least, int most)
    {
        _writer.WriteInt32(key);
        _writer.WriteInt32(Within(value, least, most));
    }

    public void Time(int key, TimeSpan? time, TimeSpan unit) => Time(key, time, unit, TimeSpan.Zero, FrameBounds.MaxTime);

    /// <summary>Rounds up, so that a receiver that acts on the time is never early.</summary>
    public void Time(int key, TimeSpan? time, TimeSpan unit, TimeSpan least, TimeSpan most)
    {
        if (time is { } value)
        {
            _writer.WriteInt32(key);
            _writer.WriteInt64((Within(value, least, most).Ticks + unit.Ticks - 1) / unit.Ticks);
        }
    }

    public void Text(int key, string? text, int least, int most)
    {
        if (text is not null)
        {
            _writer.WriteInt32(key);
            WriteText(text, least, most);
        }
    }

    /// <summary>Writes nothing for an empty list.</summary>
    public void Texts(int key, IReadOnlyList<string> texts)
    {
        if (texts.Count == 0)
        {
            return;
        }

        _writer.WriteInt32(key);
        _writer.WriteStartArray(Within(texts.Count, 1, FrameBounds.MaxRelays));
        foreach (string text in texts)
        {
            WriteText(text, 1, FrameBounds.MaxRelayLength);
        }

        _writer.WriteEndArray();
    }

    public void Versions(int key, IReadOnlyList<int> versions)
    {
        if (!FrameRules.IsAscending(versions))
        {
            throw new ArgumentException("The versions must ascend.", nameof(versions));
        }

        _writer.WriteInt32(key);
        _writer.WriteStartArray(Within(versions.Count, 1, FrameBounds.MaxVersions));
        foreach (int version in versions)
        {
            _writer.WriteInt32(Within(version, 1, FrameBounds.MaxVersion));
        }

        _writer.WriteEndArray();
    }

    public void Join(JoinFrame join)
    {
        if (!(join.Ticket is null || FrameRules.IsVisible(join.Ticket)) || !FrameRules.MayBeEarly(join.Role, join.Early.Length))
        {
            throw new ArgumentException("A ticket must be visible ASCII, and early bytes come from an end that connects.", nameof(join));
        }

        Span<byte> name = stackalloc byte[SessionName.Length];
        join.Session.Write(name);
        _writer.WriteInt32(FrameKeys.Join.Session);
        _writer.WriteByteString(name);
        Number(FrameKeys.Join.Role, (int)join.Role, (int)EndRole.Listen, (int)EndRole.Connect);
        Text(FrameKeys.Join.Ticket, join.Ticket, 1, FrameBounds.MaxTicketLength);
        if (!join.Early.IsEmpty)
        {
            _ = Within(join.Early.Length, 1, FrameBounds.MaxEarlyLength);
            _writer.WriteInt32(FrameKeys.Join.Early);
            _writer.WriteByteString(join.Early.Span);
        }
    }

    private void WriteText(string text, int least, int most)
    {
        // A lone surrogate throws here, as an argument too.
        _ = Within(_encoding.GetByteCount(text), least, most);
        _writer.WriteTextString(text);
    }

    private static T Within<T>(T value, T least, T most)
        where T : IComparable<T>
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(value, least);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(value, most);
        return value;
    }
}
