namespace SocketConnector.Cli.Admin;

/// <summary>What connections are sorted by.</summary>
internal static class ConnectionSort
{
    public const string Rate = "rate";

    // Of these the largest is what is looked for.
    private static readonly string[] _largestFirst = ["age", "bytes", Rate];

    private static readonly string[] _keys = ["id", "age", "bytes", Rate, "a", "b", "identity"];

    /// <summary>As the channel and the command line take them; the first is the usual one.</summary>
    public static IReadOnlyList<string> Keys => _keys;

    public static bool IsLargestFirst(string key) => _largestFirst.Contains(key, StringComparer.Ordinal);

    /// <returns>The next in turn.</returns>
    public static string After(string key) => _keys[(Array.IndexOf(_keys, key) + 1) % _keys.Length];
}
