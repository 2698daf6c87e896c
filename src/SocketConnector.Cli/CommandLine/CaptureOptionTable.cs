using SocketConnector.Capture;
using SocketConnector.Cli.Capturing;
using SocketConnector.Cli.EndPoints;
using SocketConnector.Cli.Values;

namespace SocketConnector.Cli.CommandLine;

/// <summary>Reads <c>FILE</c> and the options behind its commas.</summary>
internal static class CaptureOptionTable
{
    public static OptionTable<CapturePlan> Table { get; } = new(
        "a capture",
        "capture",
        [
            new("size", "SIZE", "begin a new file after SIZE, as 100MiB [none]", static (plan, value) =>
                Size(value).Then(size => plan with { Options = plan.Options with { MaxFileSize = size } })),
            new("time", "TIME", "begin a new file after TIME, as 1h [none]", static (plan, value) =>
                Time(value).Then(time => plan with { Options = plan.Options with { MaxFileTime = time } })),
            new("files", "N", "keep N files, and delete the oldest [all]", static (plan, value) =>
                NumberOption.Read("files", value, example: 10).Then(number => plan with { Options = plan.Options with { MaxFiles = number } })),
            new("snaplen", "N", "keep N bytes of each packet [262144]", static (plan, value) => SnapLength(value).Then(length => plan with { Options = plan.Options with { SnapLength = length } })),
            new("view", "VIEW", "clear, wire (TLS, as it came) or both [clear]", static (plan, value) => View(value).Then(view => plan with { Options = plan.Options with { View = view } })),
            new("address", "NETWORK", "only connections with a peer there; several with +", static (plan, value) =>
                NetworkParser.ParseAll(value ?? "").Then(networks => plan with { Networks = networks })),
            new("port", "N", "only connections with this port at one end", static (plan, value) =>
                NumberOption.Read("port", value, example: 5432, ushort.MaxValue).Then(number => plan with { Port = number })),
        ],
        static (_, _) => null);

    public static Parsed<CapturePlan> Parse(string text) =>
        QuotedParts.Split(text).Next(static parts => parts[0].Length == 0
            ? new Wrong("needs a file; write --capture relay.pcapng")
            : Table.Apply(new CapturePlan(parts[0]), parts.Skip(1)).Next(static plan =>
                plan.Options.MaxFiles is not null && !plan.IsRing ? new Wrong("files says how many are kept, and nothing begins another; add size=100MiB or time=1h")
                : plan.IsRing && plan.TakesOutput ? new Wrong("standard output is no file; remove size, time and files")
                : (Parsed<CapturePlan>)plan));

    private static Parsed<long> Size(string? value) => SizeParser.Read(value ?? "").Next(static size => size is >= CaptureOptions.MinFileSize and <= long.MaxValue
        ? (Parsed<long>)(long)size
        : new Wrong("size must be at least 64KiB; write size=100MiB"));

    private static Parsed<TimeSpan> Time(string? value) => DurationParser.Parse(value ?? "", allowNone: false).Next(static time => time >= TimeSpan.FromSeconds(1)
        ? (Parsed<TimeSpan>)time
        : new Wrong("time must be at least 1s; write time=1h"));

    private static Parsed<CaptureView> View(string? value) => value switch
    {
        "clear" => CaptureView.Clear,
        "wire" => CaptureView.Wire,
        "both" => CaptureView.Both,
        _ => new Wrong("view must be clear, wire or both"),
    };

    private static Parsed<int> SnapLength(string? value) => NumberOption.Read("snaplen", value, example: 128, CaptureOptions.MaxSnapLength).Next(static number => number >= CaptureOptions.MinSnapLength
        ? (Parsed<int>)number!.Value
        : new Wrong($"snaplen must be at least {CaptureOptions.MinSnapLength}, since no header is longer; write snaplen=128"));
}
