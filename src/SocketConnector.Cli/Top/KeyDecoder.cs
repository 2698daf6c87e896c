using System.Buffers;
using System.Runtime.InteropServices;
using System.Text;

namespace SocketConnector.Cli.Top;

/// <summary>Makes keys of the bytes that a terminal sends: UTF-8, control characters, and the sequences of xterm and its like. Pure.</summary>
internal sealed class KeyDecoder
{
    private const byte EscapeByte = 0x1B;

    // No key is longer; what is, is not meant for us.
    private const int LongestSequence = 32;

    private readonly List<byte> _held = [];

    /// <summary>Whether a key has come in part, or is Escape itself. Only time tells.</summary>
    public bool IsWaiting => _held.Count > 0;

    public IReadOnlyList<Key> Read(ReadOnlySpan<byte> bytes)
    {
        _held.AddRange(bytes);
        return TakeAll(isEnd: false);
    }

    /// <summary>Nothing has followed for a while, so what is held is all there is.</summary>
    public IReadOnlyList<Key> Flush() => TakeAll(isEnd: true);

    private List<Key> TakeAll(bool isEnd)
    {
        var keys = new List<Key>();
        ReadOnlySpan<byte> bytes = CollectionsMarshal.AsSpan(_held);
        int at = 0;
        while (at < bytes.Length)
        {
            int count = Take(bytes[at..], isEnd, out Key? key);
            if (count == 0)
            {
                break;
            }

            at += count;
            if (key is { } known)
            {
                keys.Add(known);
            }
        }

        _held.RemoveRange(0, at);
        return keys;
    }

    /// <returns>How many bytes it is made of; 0 where more have to come.</returns>
    private static int Take(ReadOnlySpan<byte> bytes, bool isEnd, out Key? key)
    {
        if (bytes[0] == EscapeByte)
        {
            return TakeSequence(bytes, isEnd, out key);
        }

        key = bytes[0] switch
        {
            0x03 => new Key(KeyName.Interrupt),
            0x08 or 0x7F => new Key(KeyName.Backspace),
            0x0A or 0x0D => new Key(KeyName.Enter),
            0x0C => new Key(KeyName.Redraw),
            0x15 => new Key(KeyName.Clear),
            _ => null,
        };
        if (key is not null || bytes[0] < ' ')
        {
            return 1;
        }

        OperationStatus status = Rune.DecodeFromUtf8(bytes, out Rune rune, out int count);
        key = status == OperationStatus.Done ? new Key(KeyName.Character, rune) : null;
        return status == OperationStatus.NeedMoreData && !isEnd ? 0 : count;
    }

    private static int TakeSequence(ReadOnlySpan<byte> bytes, bool isEnd, out Key? key)
    {
        key = null;
        if (bytes.Length == 1 && !isEnd)
        {
            return 0;
        }

        if (bytes.Length == 1 || bytes[1] is not ((byte)'[' or (byte)'O'))
        {
            key = new Key(KeyName.Escape);
            return 1;
        }

        // CSI, with parameters before its final byte, or SS3, which has none (ECMA-48 5.4).
        int end = bytes[2..].IndexOfAnyInRange((byte)'@', (byte)'~') + 2;
        if (end < 2)
        {
            return isEnd || bytes.Length > LongestSequence ? bytes.Length : 0;
        }

        key = Named((char)bytes[end], Encoding.ASCII.GetString(bytes[2..end])) is { } name ? new Key(name) : null;
        return end + 1;
    }

    private static KeyName? Named(char final, string parameters) => (final, parameters) switch
    {
        ('A', _) => KeyName.Up,
        ('B', _) => KeyName.Down,
        ('H', _) or ('~', "1" or "7") => KeyName.Home,
        ('F', _) or ('~', "4" or "8") => KeyName.End,
        ('~', "5") => KeyName.PageUp,
        ('~', "6") => KeyName.PageDown,
        _ => null,
    };
}
