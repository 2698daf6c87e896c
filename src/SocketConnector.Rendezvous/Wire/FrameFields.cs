using System.Formats.Cbor;
using System.Text;

namespace SocketConnector.Rendezvous.Wire;

/// <summary>
/// The map of one body, key by key. The first error stays; after it every value is a default. Throws
/// <see cref="CborContentException"/> where the bytes are not canonical CBOR.
/// </summary>
internal sealed class FrameFields(ReadOnlyMemory<byte> body)
{
    // Canonical: definite lengths, the shortest heads, keys in ascending order and each once, strict UTF-8.
    private readonly CborReader _reader = new(body, CborConformanceMode.Canonical);
    private FrameType _type;

    /// <summary>What is wrong, in one line.</summary>
    public string? Error { get; private set; }

    /// <summary>As the protocol writes it.</summary>
    public static string NameOf(FrameType type) => type.ToString().ToUpperInvariant();

    /// <summary>Enters the map. Key 0 comes first in a canonical one.</summary>
    /// <returns>The type; or none, and an error.</returns>
    public FrameType? Begin()
    {
        if (_reader.PeekState() != CborReaderState.StartMap)
        {
            Fail("the body of a frame must be one canonical CBOR map");
            return null;
        }

        _reader.ReadStartMap();
        if (!TryReadKey(out ulong key) || key != 0)
        {
            Fail("a frame must have a type under key 0");
            return null;
        }

        if (_reader.PeekState() != CborReaderState.UnsignedInteger)
        {
            Fail("the type of a frame must be an unsigned integer");
            return null;
        }

        ulong type = _reader.ReadUInt64();
        if (type > (ulong)FrameType.GoAway || !Enum.IsDefined((FrameType)type))
        {
            Fail($"there is no frame of type {type}");
            return null;
        }

        _type = (FrameType)type;
        return _type;
    }

    /// <summary>Goes to the next key; at the end, sees to it that nothing follows the map.</summary>
    /// <returns>Whether there is one.</returns>
    public bool Next(out ulong key)
    {
        key = 0;
        if (Error is not null || TryReadKey(out key))
        {
            return Error is null;
        }

        if (Error is null)
        {
            _reader.ReadEndMap();
            _ = _reader.BytesRemaining > 0 && Fail("nothing may follow the map in the body of a frame");
        }

        return false;
    }

    /// <returns>The value, between the bounds.</returns>
    public ulong Number(string name, ulong least, ulong most)
    {
        if (_reader.PeekState() == CborReaderState.UnsignedInteger)
        {
            ulong value = _reader.ReadUInt64();
            if (value >= least && value <= most)
            {
                return value;
            }
        }

        Must(name, $"be an unsigned integer from {least} to {most}");
        return least;
    }

    /// <returns>The value, of so many bytes in UTF-8.</returns>
    public string? Text(string name, int least, int most)
    {
        if (_reader.PeekState() == CborReaderState.TextString)
        {
            string value = _reader.ReadTextString();
            int length = Encoding.UTF8.GetByteCount(value);
            if (length >= least && length <= most)
            {
                return value;
            }
        }

        Must(name, $"be text of {least} to {most} bytes in UTF-8");
        return null;
    }

    /// <returns>The value, of so many bytes.</returns>
    public byte[] Bytes(string name, int least, int most)
    {
        if (_reader.PeekState() == CborReaderState.ByteString)
        {
            byte[] value = _reader.ReadByteString();
            if (value.Length >= least && value.Length <= most)
            {
                return value;
            }
        }

        Must(name, least == most ? $"be a string of {most} bytes" : $"be a string of {least} to {most} bytes");
        return [];
    }

    /// <returns>The items, each read by a function.</returns>
    public List<T>? Array<T>(string name, int least, int most, Func<FrameFields, T> item)
    {
        if (_reader.PeekState() != CborReaderState.StartArray || _reader.ReadStartArray() is not { } count || count < least || count > most)
        {
            Must(name, $"be an array of {least} to {most} items");
            return null;
        }

        var items = new List<T>(count);
        while (Error is null && _reader.PeekState() != CborReaderState.EndArray)
        {
            items.Add(item(this));
        }

        if (Error is null)
        {
            _reader.ReadEndArray();
        }

        return items;
    }

    /// <summary>Passes over the value of a key that this version does not know.</summary>
    public void Skip()
    {
        if (!UnknownValue.TrySkip(_reader, FrameBounds.MaxNesting))
        {
            Fail($"{NameOf(_type)}: values may be nested {FrameBounds.MaxNesting} deep");
        }
    }

    /// <returns>The value, a whole number of units.</returns>
    public TimeSpan Time(string name, TimeSpan unit, ulong least, TimeSpan most) => unit * Number(name, least, (ulong)(most / unit));

    /// <summary>Says that a key is missing, unless it is there.</summary>
    public void Require(bool isThere, string name) => Fail(isThere ? null : $"{NameOf(_type)}: {name} is missing");

    /// <summary>Says that a field is wrong, unless it is right.</summary>
    public void Check(bool isRight, string name, string what)
    {
        if (!isRight)
        {
            Must(name, what);
        }
    }

    /// <returns>Whether something is wrong.</returns>
    public bool Fail(string? error)
    {
        Error ??= error;
        return Error is not null;
    }

    private void Must(string name, string what) => Fail($"{NameOf(_type)}: {name} must {what}");

    private bool TryReadKey(out ulong key)
    {
        key = 0;
        CborReaderState state = _reader.PeekState();
        if (state == CborReaderState.UnsignedInteger)
        {
            key = _reader.ReadUInt64();
            return true;
        }

        if (state != CborReaderState.EndMap)
        {
            Fail("the keys of a frame must be unsigned integers");
        }

        return false;
    }
}
