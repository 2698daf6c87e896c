namespace SocketConnector.Cli.Values;

/// <summary>The nearest known name to a mistyped one; all names are of small letters.</summary>
internal static class Suggestion
{
    /// <returns><c> (did you mean X?)</c>, or nothing where no name is near.</returns>
    public static string For(string typed, IEnumerable<string> names)
    {
        string letters = typed.ToLowerInvariant();
        string? nearest = names

            // What is that much longer is none of them, and may be of any length.
            .Where(name => letters.Length - name.Length <= Slips(name))
            .Select(name => (Name: name, Distance: Distance(letters, name)))
            .Where(candidate => IsNear(typed, candidate.Name, candidate.Distance))
            .OrderBy(candidate => candidate.Distance)
            .Select(candidate => candidate.Name)
            .FirstOrDefault();
        return nearest is null ? "" : $" (did you mean {nearest}?)";
    }

    /// <summary>Options have no short names here; other programs have.</summary>
    /// <returns><c> (did you mean X or Y?)</c>, or nothing where no name begins so.</returns>
    public static string ForLetter(char letter, IEnumerable<string> names)
    {
        string[] candidates = [.. names.Where(name => name.StartsWith($"--{letter}", StringComparison.OrdinalIgnoreCase))];
        return candidates.Length == 0 ? "" : $" (did you mean {string.Join(" or ", candidates)}?)";
    }

    // A third of the letters wrong is a slip, more or all of them is another word; a beginning is always near.
    private static bool IsNear(string typed, string name, int distance) =>
        (distance <= Slips(name) && distance < Math.Max(typed.Length, name.Length)) || (typed.Length > 3 && name.StartsWith(typed, StringComparison.OrdinalIgnoreCase));

    private static int Slips(string name) => Math.Max(2, name.Length / 3);

    /// <summary>How many letters must be changed, added or removed (Levenshtein).</summary>
    internal static int Distance(string one, string other)
    {
        int[] previous = [.. Enumerable.Range(0, other.Length + 1)];
        int[] current = new int[other.Length + 1];
        for (int i = 1; i <= one.Length; i++)
        {
            current[0] = i;
            for (int j = 1; j <= other.Length; j++)
            {
                int changed = previous[j - 1] + (one[i - 1] == other[j - 1] ? 0 : 1);
                current[j] = Math.Min(changed, Math.Min(previous[j], current[j - 1]) + 1);
            }

            (previous, current) = (current, previous);
        }

        return previous[^1];
    }
}
