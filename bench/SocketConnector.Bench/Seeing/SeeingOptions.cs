using System.Globalization;

namespace SocketConnector.Bench.Seeing;

/// <summary>What the command line of <c>bench/seeing.sh</c> says.</summary>
internal sealed record SeeingOptions
{
    public const string Usage = """
        ./bench/seeing.sh [options]
          --rounds N        how many rounds of pairs [5]
          --quick           short windows and few samples: shows that it works, not what seeing costs
          --only CASE,...   these cases alone: watched, exported, captured, crowd; and noise, which is left out otherwise
          --built           build nothing: measure what bench/run.sh or an earlier run has built
        """;

    public int Rounds { get; private init; } = 5;

    public bool Quick { get; private init; }

    public IReadOnlyList<string> Only { get; private init; } = [];

    /// <summary>An option that is unknown, or lacks its value, throws <see cref="FormatException"/>.</summary>
    public static SeeingOptions Parse(IReadOnlyList<string> words)
    {
        var options = new SeeingOptions();
        for (int i = 0; i < words.Count; i++)
        {
            string word = words[i];
            string Value() => ++i < words.Count ? words[i] : throw new FormatException($"{word} needs a value");
            options = word switch
            {
                "--rounds" => options with { Rounds = int.Parse(Value(), NumberStyles.None, CultureInfo.InvariantCulture) },
                "--quick" => options with { Quick = true },
                "--only" => options with { Only = Value().Split(',') },
                _ => throw new FormatException($"there is no option {word}"),
            };
        }

        return options;
    }

    public bool Wants(string id, bool unlessSaid) => Only.Count == 0 ? unlessSaid : Only.Contains(id);
}
