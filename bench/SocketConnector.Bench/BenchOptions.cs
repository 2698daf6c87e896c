using System.Globalization;

namespace SocketConnector.Bench;

/// <summary>What the command line of the benchmark says.</summary>
internal sealed record BenchOptions
{
    public const string Usage = """
        ./bench/run.sh [options]
          --rounds N        how often every relay goes through every case [3]
          --quick           short windows and few samples: shows that it works, not how fast it is
          --only CASE,...   these cases alone; a name or the beginning of one, such as bulk or ping-1
          --relays A,...    these relays alone, such as auto,haproxy; direct is always there
          --copy            the receivers copy what they get into user memory, instead of dropping it in the kernel
          --pages FOLDER    where benchmarks.md and its plots go [docs; with --quick, --only, --relays or --copy: artifacts/bench/docs]
          --render          measure nothing: write the page and the plots again from the last raw figures there
        """;

    public int Rounds { get; private init; } = 3;

    public bool Quick { get; init; }

    public bool Copy { get; private init; }

    public bool Render { get; private init; }

    public IReadOnlyList<string> Only { get; private init; } = [];

    public IReadOnlyList<string> Relays { get; private init; } = [];

    public string? Pages { get; private init; }

    /// <summary>As the reader of the page would write it.</summary>
    public string Command { get; private init; } = "./bench/run.sh";

    /// <summary>A part of the figures, or figures in a hurry, never replace the published ones by accident.</summary>
    public bool IsPartial => Quick || Copy || Only.Count > 0 || Relays.Count > 0;

    public double Window => Quick ? 0.7 : 2;

    public double WarmUp => Quick ? 0.3 : 0.5;

    /// <summary>An option that is unknown, or lacks its value, throws <see cref="FormatException"/>.</summary>
    public static BenchOptions Parse(string[] words)
    {
        var options = new BenchOptions { Command = string.Join(' ', words.Prepend("./bench/run.sh")) };
        for (int i = 0; i < words.Length; i++)
        {
            string word = words[i];
            string Value() => ++i < words.Length ? words[i] : throw new FormatException($"{word} needs a value");
            options = word switch
            {
                "--rounds" => options with { Rounds = int.Parse(Value(), NumberStyles.None, CultureInfo.InvariantCulture) },
                "--quick" => options with { Quick = true },
                "--copy" => options with { Copy = true },
                "--render" => options with { Render = true },
                "--only" => options with { Only = Value().Split(',') },
                "--relays" => options with { Relays = Value().Split(',') },
                "--pages" => options with { Pages = Value() },
                _ => throw new FormatException($"there is no option {word}"),
            };
        }

        return options;
    }
}
