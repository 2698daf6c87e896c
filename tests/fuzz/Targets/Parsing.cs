using SocketConnector.Cli.Values;

namespace SocketConnector.Fuzz.Targets;

/// <summary>What goes for all parsers of the program.</summary>
internal static class Parsing
{
    /// <summary>A value or one line, the same each time.</summary>
    public static void IsAnswer<T>(string text, Parsed<T> parsed)
    {
        if (parsed.Error is { } error)
        {
            Expect.OneLine(text, error);
        }
        else
        {
            Expect.That(parsed.Value is not null, "neither a value nor an answer");
        }
    }
}
