using System.Globalization;

namespace SocketConnector.Admin.Listing;

/// <summary>Words, all of which must be found in a connection's texts, in upper or lower case; <c>#12</c> is the connection of that id.</summary>
internal sealed class ConnectionFilter
{
    private readonly string[] _words;
    private readonly long[] _ids;

    public ConnectionFilter(string text)
    {
        string[] words = text.Split(' ', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        _ids = [.. words.Select(IdOf).OfType<long>()];
        _words = [.. words.Where(static word => IdOf(word) is null)];
    }

    /// <summary>Whether everything passes.</summary>
    public bool IsEmpty => _words.Length == 0 && _ids.Length == 0;

    public bool Matches(IListed connection)
    {
        if (!Array.TrueForAll(_ids, id => id == connection.Id))
        {
            return false;
        }

        if (_words.Length == 0)
        {
            return true;
        }

        string[] texts = [.. connection.Texts()];
        return Array.TrueForAll(_words, word => Array.Exists(texts, text => text.Contains(word, StringComparison.OrdinalIgnoreCase)));
    }

    private static long? IdOf(string word) =>
        word.StartsWith('#') && long.TryParse(word.AsSpan(1), NumberStyles.None, CultureInfo.InvariantCulture, out long id) ? id : null;
}
