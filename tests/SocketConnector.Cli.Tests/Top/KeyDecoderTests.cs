using System.Text;
using SocketConnector.Cli.Top;

namespace SocketConnector.Cli.Tests.Top;

public sealed class KeyDecoderTests
{
    public static TheoryData<string, string> Sequences => new()
    {
        { "\e[A\e[B", "Up Down" },
        { "\eOA\eOB\eOH\eOF", "Up Down Home End" },
        { "\e[5~\e[6~\e[1~\e[4~\e[7~\e[8~", "PageUp PageDown Home End Home End" },
        { "\e[1;5A", "Up" },
        { "\r\n", "Enter Enter" },
        { "\x7f\b", "Backspace Backspace" },
        { "\x03\x0c\x15", "Interrupt Redraw Clear" },
        { "\e[200~\e[C\x01", "" },
        { "\eq", "Escape q" },
        { "\e\e[A", "Escape Up" },
        { "aé漢🙂", "a é 漢 🙂" },
    };

    [Theory]
    [MemberData(nameof(Sequences))]
    public void B135_Bytes_are_keys(string bytes, string expected) => Assert.Equal(expected, Names(new KeyDecoder().Read(Encoding.UTF8.GetBytes(bytes))));

    [Theory]
    [MemberData(nameof(Sequences))]
    public void B135_Bytes_may_come_one_by_one(string bytes, string expected)
    {
        var decoder = new KeyDecoder();
        Assert.Equal(expected, Names(Encoding.UTF8.GetBytes(bytes).SelectMany(each => decoder.Read([each]))));
        Assert.False(decoder.IsWaiting);
    }

    [Fact]
    public void B135_Only_time_tells_that_Escape_was_pressed()
    {
        var decoder = new KeyDecoder();
        Assert.Empty(decoder.Read("\e"u8));
        Assert.True(decoder.IsWaiting);
        Assert.Equal("Escape", Names(decoder.Flush()));
        Assert.False(decoder.IsWaiting);
    }

    [Fact]
    public void B135_What_is_no_key_is_left_out()
    {
        var decoder = new KeyDecoder();
        Assert.Equal("a b", Names(decoder.Read([(byte)'a', 0xFF, 0xC3, (byte)'b'])));
        Assert.Empty(decoder.Read([0xC3]));
        Assert.Empty(decoder.Flush());
        Assert.Empty(decoder.Read(Encoding.UTF8.GetBytes($"\e[{new string('0', 100)}")));
        Assert.False(decoder.IsWaiting);
    }

    private static string Names(IEnumerable<Key> keys) => string.Join(' ', keys.Select(static key => key.Name == KeyName.Character ? key.Character.ToString() : key.Name.ToString()));
}
