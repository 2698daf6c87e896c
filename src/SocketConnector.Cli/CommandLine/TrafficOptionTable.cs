using SocketConnector.Cli.EndPoints;
using SocketConnector.Cli.Values;

namespace SocketConnector.Cli.CommandLine;

/// <summary>Reads the form of <c>--log-traffic</c>, which may be left out, and the options behind its commas.</summary>
internal static class TrafficOptionTable
{
    /// <summary>The form where none is written.</summary>
    public const string Standard = "text";

    private const string TheForms = "write text, hex or json";

    private static readonly Dictionary<string, TrafficForm> _forms = new(StringComparer.Ordinal)
    {
        [Standard] = TrafficForm.Text,
        ["hex"] = TrafficForm.Hex,
        ["json"] = TrafficForm.Json,
    };

    public static OptionTable<TrafficOptions> Table { get; } = new(
        "the display of traffic",
        "traffic",
        [
            new("first", "SIZE", "the first SIZE each way, such as 64 or 4KiB [all]", static (traffic, value) =>
                Size("first", value, 1L << 50, "1024TiB").Then(size => traffic with { First = (long)size })),
            new("last", "SIZE", "the last SIZE each way, once it has ended [none]", static (traffic, value) =>
                Size("last", value, TrafficOptions.MaxLast, "1MiB").Then(size => traffic with { Last = (int)size })),
            new("side", "A|B", "only what comes from that side [both]", static (traffic, value) =>
                SideOf(value).Then(side => traffic with { Side = side })),
            new("sample", "N|P%", "only one connection in N, or P% of them [all]", static (traffic, value) =>
                TrafficSample.Parse(value).Then(sample => traffic with { Filter = sample.Takes })),
        ],
        static (_, _) => null);

    public static Parsed<TrafficOptions> Parse(string text) => QuotedParts.Split(text).Next(static parts =>
        parts[0].Contains('=', StringComparison.Ordinal) || Table.Has(parts[0]) ? Table.Apply(new TrafficOptions(), parts)
        : _forms.TryGetValue(parts[0], out TrafficForm form) ? Table.Apply(new TrafficOptions { Form = form }, parts.Skip(1))
        : new Wrong($"'{parts[0]}' is not a form{Suggestion.For(parts[0], _forms.Keys)}; {TheForms}"));

    /// <summary>Whether a word is what should have stood behind <c>--log-traffic=</c>; no end point is such a word.</summary>
    public static bool IsForm(string word) => _forms.ContainsKey(word.Split(',')[0]);

    private static Parsed<decimal> Size(string name, string? value, long most, string mostWritten) => string.IsNullOrEmpty(value)
        ? new Wrong($"the size is missing; write {name}=1KiB")
        : SizeParser.Read(value).Next(size => size >= 1 && size <= most
            ? (Parsed<decimal>)size
            : new Wrong(size < 1 ? $"{name} must be at least 1; write {name}=1KiB, or leave it out" : $"{name} can be up to {mostWritten}; write {name}=1KiB"));

    private static Parsed<Side> SideOf(string? value) => value switch
    {
        "A" or "a" => Side.A,
        "B" or "b" => Side.B,
        _ => new Wrong("side must be A or B, where the bytes come from; write side=A"),
    };
}
