namespace SocketConnector.Cli.Values;

/// <summary>Reads keys, <c>name:secret</c>, one to a line, or one secret alone; a line that begins with <c>#</c> is a comment. No error repeats a secret.</summary>
internal static class KeyParser
{
    /// <summary>What a secret alone is called.</summary>
    public const string NoName = "default";

    private const char Comment = '#';
    private const char Separator = ':';

    public static Parsed<IReadOnlyList<AuthKey>> Parse(string text)
    {
        var keys = new List<AuthKey>();
        bool isNamed = true;
        string[] lines = text.Split('\n');
        for (int i = 0; i < lines.Length; i++)
        {
            string line = lines[i].Trim();
            if (line.Length == 0 || line[0] == Comment)
            {
                continue;
            }

            int end = line.IndexOf(Separator, StringComparison.Ordinal);
            (string name, string secret) = end < 0 ? (NoName, line) : (line[..end], line[(end + 1)..].TrimStart());
            isNamed &= end >= 0;
            try
            {
                keys.Add(new AuthKey(name, secret));
            }
            catch (ArgumentException error)
            {
                // What is no name may be part of a secret.
                return new Wrong(error.ParamName == nameof(name)
                    ? $"line {i + 1}: what comes before the colon must be the name of a key, 1 to 64 letters, digits, dots, underscores, at signs and hyphens"
                    : $"line {i + 1}: the secret of key '{name}' is missing");
            }
        }

        return keys.Count == 0 ? new Wrong("there is no secret in it")
            : keys.Count > 1 && !isNamed ? new Wrong("several keys need names; write name:secret, one to a line")
            : new Parsed<IReadOnlyList<AuthKey>>(keys, null);
    }
}
