using System.Globalization;
using System.Net.Sockets;
using System.Text;

namespace SocketConnector.Tests.Contracts;

public sealed class LegibleTextTests
{
    private static readonly HashSet<UnicodeCategory> _unsafe =
        [UnicodeCategory.Control, UnicodeCategory.Format, UnicodeCategory.LineSeparator, UnicodeCategory.ParagraphSeparator, UnicodeCategory.Surrogate];

    [Fact]
    public void Every_character_stays_as_it_is_or_becomes_a_visible_escape()
    {
        for (int value = 0; value <= char.MaxValue; value++)
        {
            string character = ((char)value).ToString();
            string shown = LegibleText.Of($"a{character}z");
            if (_unsafe.Contains(CharUnicodeInfo.GetUnicodeCategory((char)value)))
            {
                AssertEscaped(shown, $"U+{value:X4}");
            }
            else
            {
                Assert.Equal($"a{character}z", shown);
            }
        }
    }

    [Fact]
    public void Every_pair_of_surrogates_stays_as_it_is_or_becomes_one_escape()
    {
        for (int value = 0x10000; value <= 0x10FFFF; value++)
        {
            string character = char.ConvertFromUtf32(value);
            string shown = LegibleText.Of($"a{character}z");
            if (_unsafe.Contains(CharUnicodeInfo.GetUnicodeCategory(value)))
            {
                Assert.Equal($@"a\U{value:x8}z", shown);
            }
            else
            {
                Assert.Equal($"a{character}z", shown);
            }
        }
    }

    [Theory]
    [InlineData("/run/app.sock", "/run/app.sock")]
    [InlineData(@"C:\new", @"C:\new")]
    [InlineData("grüße ☂ 😀", "grüße ☂ 😀")]
    [InlineData("a\nb\rc\td", @"a\nb\rc\td")]
    [InlineData("\e[2J\u0000\u007f\u009b31m", @"\x1b[2J\x00\x7f\x9b31m")]
    [InlineData("a\u2028b\u2029c\u0085d", @"a\u2028b\u2029c\x85d")]
    [InlineData("\u202etxt\u2066\u200f\u061c", @"\u202etxt\u2066\u200f\u061c")]
    [InlineData("", "")]
    public void It_is_written_so_that_a_reader_sees_what_was_there(string text, string shown)
    {
        Assert.Equal(shown, LegibleText.Of(text));
        Assert.Equal(shown, LegibleText.Of(shown));
    }

    [Fact]
    public void Half_a_pair_of_surrogates_is_an_escape()
    {
        Assert.Equal(@"\ud800", LegibleText.Of("\ud800"));
        Assert.Equal(@"x\udc00\ud83d", LegibleText.Of("x\udc00\ud83d"));
        Assert.Equal("\\ud83d\U0001F600", LegibleText.Of("\ud83d\ud83d\ude00"));
    }

    [Fact]
    public void An_end_point_is_named_by_it()
    {
        var forged = new UnixDomainSocketEndPoint("/tmp/x\n12:00:00.000 #1 joined\e[2J");
        Assert.Equal(@"unix:/tmp/x\n12:00:00.000 #1 joined\x1b[2J", EndPointText.Of(forged));
        Assert.Equal(@"A unix:/tmp/x\n12:00:00.000 #1 joined\x1b[2J", new Peer(Side.A, CompactEndPoint.Of(forged), default, default).ToString());
    }

    private static void AssertEscaped(string shown, string what)
    {
        Assert.True(shown.StartsWith(@"a\", StringComparison.Ordinal) && shown.EndsWith('z'), $"{what} became '{shown}'");
        Assert.True(shown.All(character => character is >= ' ' and <= '~'), $"{what} became '{shown}' ({Convert.ToHexString(Encoding.BigEndianUnicode.GetBytes(shown))})");
    }
}
