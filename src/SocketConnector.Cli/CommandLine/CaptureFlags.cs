using System.CommandLine;
using System.Globalization;
using SocketConnector.Capture;
using SocketConnector.Cli.Admin;
using SocketConnector.Cli.Values;

namespace SocketConnector.Cli.CommandLine;

/// <summary>The options that say what of a running connector is captured.</summary>
internal sealed class CaptureFlags
{
    private readonly Option<long?> _connection = Flags.Valued("--connection", "ID", "this connection alone", static text => ConnectionIds.Parse(text).Then(static id => (long?)id), (long?)null);
    private readonly Option<string?> _address = Flags.Valued("--address", "NETWORK", "only those with a peer there, as 10.0.0.0/8", ReadNetwork, (string?)null);
    private readonly Option<int?> _port = Flags.Valued("--port", "N", "only those with this port at one end", static text => Number("--port", text, 1, ushort.MaxValue), (int?)null);
    private readonly Option<string> _side = Flags.Valued("--side", "A|B", "of which peer address and port are asked [either]", ReadSide, ExtcapText.EitherSide);
    private readonly Option<int?> _snapLength = Flags.Valued("--snaplen", "N", "keep N bytes of each packet [262144]", static text => Number("--snaplen", text, CaptureOptions.MinSnapLength, CaptureOptions.MaxSnapLength), (int?)null);

    public IEnumerable<Option> All => [_connection, _address, _port, _side, _snapLength];

    /// <returns>What does not go together; nothing where all does.</returns>
    public string? Contradiction(ParseResult line) => SideOf(line) is not null && line.GetValue(_address) is null && line.GetValue(_port) is null
        ? "--side says of which peer --address and --port are asked; write one of these, or remove it"
        : null;

    public bool HasAddress(ParseResult line) => line.GetValue(_address) is not null;

    public bool HasPort(ParseResult line) => line.GetValue(_port) is not null;

    /// <summary>The query of a request for a capture.</summary>
    /// <param name="line">Which has these options.</param>
    /// <param name="further">What it asks for besides; it has no name that is on the line too.</param>
    public string Query(ParseResult line, params IEnumerable<(string Name, object? Value)> further)
    {
        string[] given = [.. Given(line).Concat(further).Where(static each => each.Value is not null).Select(static each => $"{each.Name}={Uri.EscapeDataString(Convert.ToString(each.Value, CultureInfo.InvariantCulture)!)}")];
        return given.Length == 0 ? "" : $"?{string.Join('&', given)}";
    }

    public static Parsed<int?> ReadPort(string text) => Number("--port", text, 1, ushort.MaxValue);

    public static Parsed<string?> ReadNetwork(string text) => NetworkParser.ParseAll(text).Next(networks =>
        networks is [_] ? (Parsed<string?>)text : new Wrong($"'{text}' is several networks; write one"));

    private IEnumerable<(string Name, object? Value)> Given(ParseResult line) =>
    [
        ("connection", line.GetValue(_connection)), ("address", line.GetValue(_address)), ("port", line.GetValue(_port)), ("side", SideOf(line)), ("snaplen", line.GetValue(_snapLength)),
    ];

    private static Parsed<int?> Number(string name, string text, int least, int most) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out int number) && number >= least && number <= most
            ? number
            : new Wrong($"must be a number from {least} to {most}, such as {name} {Math.Max(least, 443)}");

    private string? SideOf(ParseResult line) => line.GetValue(_side) is { } side and not ExtcapText.EitherSide ? side : null;

    private static Parsed<string> ReadSide(string text) => text switch
    {
        "A" or "a" => "A",
        "B" or "b" => "B",

        // What Wireshark has in its list beside the two.
        ExtcapText.EitherSide => text,
        _ => new Wrong($"'{text}' is no side; write A or B"),
    };
}
