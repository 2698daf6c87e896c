using SocketConnector.Cli.Values;

namespace SocketConnector.Cli.EndPoints;

/// <summary>How many peers there may be, and how fast they may come: <c>max=</c> and its like, <c>rate=</c>.</summary>
internal static class LimitOptions
{
    public const string Max = "max";
    private const string MaxPerAddress = "max-per-address";
    private const string MaxAdmitting = "max-admitting";
    private const string MaxPending = "max-pending";
    private const string MaxPendingPerAddress = "max-pending-per-address";
    private const string Rate = "rate";

    public static IEnumerable<EndPointOption<ListenOptions>> All { get; } =
    [
        new(Max, "N", "peers at once; the next are reset [none]", static (options, value) =>
            NumberOption.Read(Max, value, example: 1000).Then(number => options with { MaxConnections = number })),
        new(MaxPerAddress, "N", "the same for each address, IPv6 by /64 [none]", static (options, value) =>
            NumberOption.Read(MaxPerAddress, value, example: 20).Then(number => options with { MaxConnectionsPerAddress = number })),
        new(MaxAdmitting, "N", "peers in admission at once [none]", static (options, value) =>
            NumberOption.Read(MaxAdmitting, value, example: 100).Then(number => options with { MaxAdmitting = number })),
        new(MaxPending, "N", "peers that wait for a partner at once [none]", static (options, value) =>
            NumberOption.Read(MaxPending, value, example: 100).Then(number => options with { MaxPending = number })),
        new(MaxPendingPerAddress, "N", "the same for each address [none]", static (options, value) =>
            NumberOption.Read(MaxPendingPerAddress, value, example: 5).Then(number => options with { MaxPendingPerAddress = number })),
        new(Rate, "N/TIME", "new peers of each address, such as 10/1s [none]", WithRate),
    ];

    private static Parsed<ListenOptions> WithRate(ListenOptions options, string? value)
    {
        Parsed<ConnectionRate> rate = string.IsNullOrEmpty(value) ? new Wrong($"the rate is missing; write {Rate}=10/1s") : RateParser.Parse(value);
        return rate.Value is { } read ? options with { Rate = read } : new Wrong($"{Rate}: {rate.Error}");
    }
}
