namespace SocketConnector.Cli.Top;

/// <summary>The rates of the last minute in one direction, one a second, the latest last.</summary>
/// <param name="Values">Bytes a second.</param>
internal sealed record RateHistory(IReadOnlyList<double> Values)
{
    public const int Length = 60;

    public static RateHistory Empty { get; } = new([]);

    public double Last => Values.Count > 0 ? Values[^1] : 0;

    public double Most => Values.Count > 0 ? Values.Max() : 0;

    public RateHistory With(double rate) => new([.. Values.Skip(Values.Count - Length + 1), double.IsFinite(rate) ? Math.Max(0, rate) : 0]);
}
