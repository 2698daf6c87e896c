using SocketConnector.Cli.Values;

namespace SocketConnector.Cli.CommandLine;

/// <summary>What a capture filter of Wireshark asks for.</summary>
/// <param name="Address">Of a peer: an address or a network.</param>
/// <param name="Port">Of one of its ends.</param>
internal sealed record ExtcapFilter(string? Address, int? Port)
{
    private const string Forms = "is not understood; write host ADDRESS, net NETWORK, port N, or two of them with and between";

    /// <summary>Of the language of pcap-filter(7), what a capture of connections knows: <c>tcp port 443 and net 10.0.0.0/8</c>.</summary>
    public static Parsed<ExtcapFilter> Parse(string? text)
    {
        var filter = new ExtcapFilter(null, null);
        if (string.IsNullOrWhiteSpace(text))
        {
            return filter;
        }

        foreach (string part in string.Join(' ', text.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries)).Replace(" && ", " and ", StringComparison.Ordinal).Split(" and "))
        {
            Parsed<ExtcapFilter> next = filter.With(part.Split(' '), text);
            if (next.Value is not { } known)
            {
                return next;
            }

            filter = known;
        }

        return filter;
    }

    private Parsed<ExtcapFilter> With(string[] words, string text) => words switch
    {
        // All that is captured is TCP over IP.
        ["tcp" or "ip" or "ip6", .. { Length: > 0 } rest] => With(rest, text),
        ["tcp"] => this,
        ["port", string port] when Port is null => CaptureFlags.ReadPort(port).Then(number => this with { Port = number }),
        ["host" or "net", string address] when Address is null => CaptureFlags.ReadNetwork(address).Then(network => this with { Address = network }),
        _ => new Wrong($"the filter '{text}' {Forms}"),
    };
}
