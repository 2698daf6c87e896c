using System.Globalization;

namespace SocketConnector.Cli.Values;

/// <summary>
/// Some of all connections, each as a whole: one in so many, by their numbers and beginning with the first; or a share of them, each chosen
/// at random.
/// </summary>
/// <param name="each">One in how many; of no account where there is a share.</param>
/// <param name="share">From 0 to 1.</param>
/// <param name="random">From 0 to 1, the latter excluded.</param>
internal sealed class TrafficSample(long each, double? share, Func<double> random)
{
    /// <summary>Reads <c>10</c> and <c>5%</c>.</summary>
    public static Parsed<TrafficSample> Parse(string? text) =>
        text is [.. string percent, '%'] && IsPercent(percent, out decimal part) ? new TrafficSample(1, (double)part / 100, Random.Shared.NextDouble)
        : int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out int each) && each >= 1 ? new TrafficSample(each, null, Random.Shared.NextDouble)
        : new Wrong("sample must be a number from 1, for one connection in so many, or a share from 0.001% to 100%; write sample=10 or sample=5%");

    public bool Takes(ConnectionFacts connection) => Takes(connection.Id);

    internal bool Takes(long id) => share is { } part ? random() < part : (id - 1) % each == 0;

    private static bool IsPercent(string text, out decimal percent) =>
        decimal.TryParse(text, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out percent) && percent is >= 0.001m and <= 100;
}
