namespace SocketConnector.Cli.Values;

/// <summary>Standard input has room for one secret.</summary>
internal static class StandardInput
{
    /// <param name="readers">What is read from it, each as it is written. The same option twice is one secret in two places.</param>
    /// <returns>What is wrong; nothing where it is one thing at most.</returns>
    public static string? Mistake(params IEnumerable<string> readers) => readers.Distinct(StringComparer.Ordinal).ToArray() is [string one, string other, ..]
        ? $"standard input cannot be both {one} and {other}; write file:PATH for one of them"
        : null;
}
