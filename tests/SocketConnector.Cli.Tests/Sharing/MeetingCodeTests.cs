using System.Net;
using System.Net.Sockets;
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
            Assert.Equal((Convert.ToHexString(code.Secret.Span), code.Relay, code.IsTls), (Convert.ToHexString(read.Secret.Span), read.Relay, read.IsTls));
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

    [Theory]
    [InlineData("")]
    [InlineData("server-to-server")]
    [InlineData("my-very-long-service-in-a-fleet-of-ten-machines")]
    [InlineData("relay.example.of.a.very.long.name.indeed:7000")]
    [InlineData("file:/etc/code")]
    public void Other_words_are_not_like_one(string word) => Assert.False(MeetingCode.IsLike(word), word);

    [Fact]
    public void A_name_in_other_letters_is_carried_in_those_of_the_domain_name_system()
    {
        var relay = (DnsEndPoint)MeetingCode.ToRelay(new DnsEndPoint("b\u00fccher.example", 7000)).Value!;

        Assert.Equal(("xn--bcher-kva.example", 7000), (relay.Host, relay.Port));
        Assert.Equal(relay, Read(MeetingCode.Create(relay, isTls: true).ToText()).Relay);
    }

    [Fact]
    public void Where_another_machine_finds_no_relay_there_is_no_code()
    {
        Assert.Contains("write a name, or an address without %", MeetingCode.ToRelay(new IPEndPoint(IPAddress.Parse("fe80::1%2"), 7000)).Error, StringComparison.Ordinal);
        Assert.Contains("write host:7000", MeetingCode.ToRelay(new UnixDomainSocketEndPoint("/run/relay.sock")).Error, StringComparison.Ordinal);
        Assert.Contains("is not a host name", MeetingCode.ToRelay(new DnsEndPoint($"{new string('\u00fc', 70)}.example", 7000)).Error, StringComparison.Ordinal);
    }

    private static MeetingCode Read(string text)
    {
        Parsed<MeetingCode> read = MeetingCode.Parse(text);
        Assert.Null(read.Error);
        return read.Value!;
    }
}
