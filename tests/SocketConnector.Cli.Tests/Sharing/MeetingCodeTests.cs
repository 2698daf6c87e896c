using System.Net;
using SocketConnector.Cli.Sharing;
using SocketConnector.Cli.Values;

namespace SocketConnector.Cli.Tests.Sharing;

public sealed class MeetingCodeTests
{
    public static TheoryData<EndPoint, bool> Relays => new()
    {
        { new IPEndPoint(IPAddress.Loopback, 7000), false },
        { new IPEndPoint(IPAddress.IPv6Loopback, 65535), true },
        { new DnsEndPoint("relay.example", 1), true },
        { new DnsEndPoint("a", 443), false },
    };

    [Theory]
    [MemberData(nameof(Relays))]
    public void It_is_read_as_it_was_written_however_a_person_types_it(EndPoint relay, bool isTls)
    {
        MeetingCode code = MeetingCode.Create(relay, isTls);
        string text = code.ToText();
        Assert.Matches("^([0-9A-HJKMNP-TV-Z]{5}-)+[0-9A-HJKMNP-TV-Z]{1,5}$", text);
        foreach (string typed in (string[])[text, text.ToLowerInvariant(), text.Replace("-", "", StringComparison.Ordinal), text.Replace('-', ' '), text.Replace('0', 'o').Replace('1', 'l')])
        {
            MeetingCode read = Read(typed);
            Assert.Equal((code.Secret.ToArray(), code.Relay, code.IsTls), (read.Secret.ToArray(), read.Relay, read.IsTls));
        }
    }

    [Fact]
    public void No_two_are_alike_and_none_shows_its_secret_by_accident()
    {
        var relay = new DnsEndPoint("relay.example", 7000);
        MeetingCode one = MeetingCode.Create(relay, isTls: true), other = MeetingCode.Create(relay, isTls: true);
        Assert.NotEqual(one.ToText(), other.ToText());
        Assert.Equal(one.ToString(), other.ToString());
    }

    [Fact]
    public void Every_wrong_character_and_every_missing_one_is_noticed()
    {
        string text = MeetingCode.Create(new DnsEndPoint("relay.example", 7000), isTls: false).ToText();
        for (int i = 0; i < text.Length; i++)
        {
            Assert.NotNull(MeetingCode.Parse(text[..i]).Error);
            if (text[i] != '-')
            {
                Assert.NotNull(MeetingCode.Parse($"{text[..i]}{(text[i] == '7' ? '8' : '7')}{text[(i + 1)..]}").Error);
            }
        }
    }

    [Theory]
    [InlineData("")]
    [InlineData("---")]
    [InlineData("00000-00000")]
    [InlineData("ABC!D")]
    [InlineData("relay.example:7000")]
    public void What_is_none_is_said_to_be_none(string text) => Assert.NotNull(MeetingCode.Parse(text).Error);

    private static MeetingCode Read(string text)
    {
        Parsed<MeetingCode> read = MeetingCode.Parse(text);
        Assert.Null(read.Error);
        return read.Value!;
    }
}
