namespace SocketConnector.Bench.Seeing;

/// <summary>One figure.</summary>
/// <param name="What">What it is, with its unit.</param>
/// <param name="Value">How much.</param>
/// <param name="IsJudged">It is promised not to suffer, and more of it is better; the others explain.</param>
internal sealed record Reading(string What, double Value, bool IsJudged = false);

/// <summary>The same figure of a relay that nobody sees into, and of one that somebody does, measured right after each other.</summary>
/// <param name="Case">The case.</param>
/// <param name="What">What was measured, with its unit.</param>
/// <param name="Without">Nobody sees; none where there is nothing to compare with.</param>
/// <param name="With">Somebody does.</param>
/// <param name="Least">The ratio that is promised; none where the figure only explains.</param>
internal sealed record Pair(string Case, string What, double? Without, double With, double? Least)
{
    public double? Ratio => With / Without;

    public static IEnumerable<Pair> Of(string benchCase, double least, IReadOnlyList<Reading> without, IReadOnlyList<Reading> with) =>
        with.Select(reading => new Pair(benchCase, reading.What, without.FirstOrDefault(it => it.What == reading.What)?.Value, reading.Value, reading.IsJudged ? least : null));
}

/// <summary>A figure that is compared with nothing else.</summary>
/// <param name="What">What was measured, with its unit.</param>
/// <param name="Values">As often as it was measured.</param>
/// <param name="Most">Below what it has to be; none where it only explains.</param>
internal sealed record Limit(string What, IReadOnlyList<double> Values, double? Most);
