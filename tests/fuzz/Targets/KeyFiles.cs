using System.Text.RegularExpressions;
using SocketConnector.Cli.Values;

namespace SocketConnector.Fuzz.Targets;

/// <summary>What a file of keys holds. No answer repeats any of it but a name.</summary>
internal static partial class KeyFiles
{
    public static void Check(string text)
    {
        Parsed<IReadOnlyList<AuthKey>> parsed = KeyParser.Parse(text);
        Parsing.IsAnswer(text, parsed);
        if (parsed.Value is { } keys)
        {
            string written = string.Join("\r\n", keys.Select(key => $"{key.Name}: {System.Text.Encoding.UTF8.GetString(key.Secret)}"));
            Expect.That(KeyParser.Parse(written).Value is { } again && again.Select(Told).SequenceEqual(keys.Select(Told), StringComparer.Ordinal), "written and read");
        }
        else
        {
            Expect.That(Answers().IsMatch(parsed.Error!), $"an answer that may repeat a secret: {parsed.Error}");
        }
    }

    private static string Told(AuthKey key) => $"{key.Name} {Convert.ToHexString(key.Secret)}";

    [GeneratedRegex(@"^(line \d+: (what comes before the colon must be the name of a key, [^']*|the secret of key '[A-Za-z0-9._@-]{1,64}' is missing)|there is no secret in it|several keys need names; [^']*)$", RegexOptions.ExplicitCapture | RegexOptions.NonBacktracking)]
    private static partial Regex Answers();
}
