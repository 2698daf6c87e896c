using System.Globalization;
using System.Net;
using System.Net.Sockets;
using SocketConnector.Cli.Values;
using SocketConnector.Diagnostics;

namespace SocketConnector.Cli.EndPoints;

/// <summary>How a side connects out: <c>order=</c>, <c>retry=</c>, <c>bind=</c>.</summary>
internal static class DialOptions
{
    private const string Order = "order";
    public const string Retry = "retry";
    private const string Bind = "bind";

    public static IEnumerable<EndPointOption<ConnectOptions>> All { get; } =
    [
        new(Order, "turn|first", "each in turn, or the first that works [turn]", static (options, value) => value switch
        {
            "turn" => options with { Order = TargetOrder.RoundRobin },
            "first" => options with { Order = TargetOrder.Failover },
            _ => new Wrong($"{Order} must be turn or first; write {Order}=first"),
        }),
        new(Retry, "N[/TIME]", "times to try again, after up to TIME [none]", static (options, value) => WithRetry(options, value)),
        new(Bind, "ADDRESS", "address of this machine to connect from [any]", static (options, value) => WithBind(options, value)),
    ];

    /// <summary>A slash, since a comma would begin the next option.</summary>
    private static Parsed<ConnectOptions> WithRetry(ConnectOptions options, string? value)
    {
        string[] parts = (value ?? "").Split('/', 2);
        if (!int.TryParse(parts[0], NumberStyles.None, CultureInfo.InvariantCulture, out int count) || count is < 1 or > RetryOptions.MaxCount)
        {
            return new Wrong($"{Retry} must be a number from 1 to {RetryOptions.MaxCount}, and may have the first wait behind it; write {Retry}=3 or {Retry}=3/200ms");
        }

        if (parts.Length == 1)
        {
            return options with { Retry = new RetryOptions { Count = count } };
        }

        Parsed<TimeSpan> delay = DurationParser.Parse(parts[1], allowNone: false);
        return delay.Error is { } error ? new Wrong($"{Retry}: {error}")
            : delay.Value > RetryOptions.MaxDelay ? new Wrong($"{Retry}: the first wait must be from 1ms to 60s; write {Retry}={count}/200ms")
            : options with { Retry = new RetryOptions { Count = count, Delay = delay.Value } };
    }

    private static Parsed<ConnectOptions> WithBind(ConnectOptions options, string? value)
    {
        if (!options.EndPoints.Any(endPoint => endPoint is IPEndPoint or DnsEndPoint))
        {
            return new Wrong($"{Bind} is for TCP, and this is a Unix socket; remove it");
        }

        string text = value is ['[', .. string inner, ']'] ? inner : value ?? "";
        bool isIP = IPAddress.TryParse(text, out IPAddress? address) && (address.AddressFamily == AddressFamily.InterNetworkV6 || address.ToString() == text);
        if (!isIP)
        {
            return new Wrong($"{Bind} must be an IP address of this machine, without a port; write {Bind}=192.0.2.7 or {Bind}=fd00::7");
        }

        try
        {
            return options with { Bind = address };
        }
        catch (ArgumentException error)
        {
            return new Wrong($"{Bind}: {ArgumentText.Of(error)}");
        }
    }
}
