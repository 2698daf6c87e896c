using System.CommandLine;
using System.Globalization;
using SocketConnector.Cli.Values;

namespace SocketConnector.Cli.CommandLine;

/// <summary>An option whose value is a number from 1 on, and which has no value unless it is given.</summary>
internal static class NumberFlag
{
    public static Option<int?> Of(string name, string description, int example) => Flags.Valued(name, "N", description, text => Read(name, text, example), (int?)null);

    private static Parsed<int?> Read(string name, string text, int example) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out int number) && number >= 1
            ? number
            : new Wrong(string.Create(CultureInfo.InvariantCulture, $"must be a number from 1 on, such as {name} {example}"));
}
