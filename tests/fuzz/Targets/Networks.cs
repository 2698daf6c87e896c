using System.Net;
using System.Text.RegularExpressions;
using SocketConnector.Cli.Values;

namespace SocketConnector.Fuzz.Targets;

/// <summary>Lists of networks.</summary>
internal static partial class Networks
{
    public static void Check(string text)
    {
        Parsed<IReadOnlyList<IPNetwork>> parsed = NetworkParser.ParseAll(text);
        Parsing.IsAnswer(text, parsed);
        if (parsed.Value is { } networks)
        {
            // The runtime's notation is ours too.
            string written = string.Join('+', networks);
            Expect.That(NetworkParser.ParseAll(written).Value is { } again && again.SequenceEqual(networks), $"written as {written}");
            Expect.Equal(networks.Count, new ListenOptions(0) { Allow = networks }.Allow!.Count, "how many");
        }
        else if (Advice().Match(parsed.Error!) is { Success: true } advice)
        {
            foreach (Group advised in advice.Groups.Values.Skip(1))
            {
                Expect.That(NetworkParser.ParseAll(advised.Value).Value is not null, $"{parsed.Error}, but that is none either");
            }
        }
    }

    [GeneratedRegex("; write (?<network>[^ ]+), or (?<address>[^ ]+) for it alone$", RegexOptions.ExplicitCapture | RegexOptions.NonBacktracking)]
    private static partial Regex Advice();
}
