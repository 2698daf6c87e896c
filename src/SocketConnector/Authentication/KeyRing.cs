using System.Security.Cryptography;
using System.Text;

namespace SocketConnector.Authentication;

/// <summary>The keys of a verifier by HMAC, found by name in the same steps whether there is one or not.</summary>
internal sealed class KeyRing
{
    // Each name and each key in front of this one takes its time in every search alike; the last stands for every unknown name.
    private readonly HmacKey[] _keys;
    private readonly byte[][] _names;

    /// <exception cref="ArgumentException">A secret is too short.</exception>
    public KeyRing(IReadOnlyList<AuthKey> keys, string parameter)
    {
        _keys = [.. keys.Select(key => new HmacKey(key, parameter)), HmacKey.Dummy()];
        _names = [.. keys.Select(key => Padded(key.Name))];
    }

    /// <summary>The keys, checked for what goes for all verifiers.</summary>
    /// <exception cref="ArgumentException">There is none, or two have one name.</exception>
    public static IReadOnlyList<AuthKey> ListOf(IEnumerable<AuthKey> keys, string parameter)
    {
        ArgumentNullException.ThrowIfNull(keys, parameter);
        AuthKey[] list = [.. keys];
        return list.Length == 0 ? throw new ArgumentException($"{parameter} must have at least one key.", parameter)
            : list.Contains(null) ? throw new ArgumentException($"{parameter} has a null in it.", parameter)
            : list.CountBy(key => key.Name, StringComparer.Ordinal).FirstOrDefault(named => named.Value > 1).Key is { } twice
                ? throw new ArgumentException($"{parameter} has two keys of the name '{twice}'.", parameter)
                : list;
    }

    /// <returns>The key of that name, or one that nobody has.</returns>
    public HmacKey Find(string name, out bool isKnown)
    {
        byte[] sought = Padded(name);
        int found = _names.Length;
        for (int i = 0; i < _names.Length; i++)
        {
            found = CryptographicOperations.FixedTimeEquals(_names[i], sought) ? i : found;
        }

        isKnown = found < _names.Length;
        return _keys[found];
    }

    private static byte[] Padded(string name)
    {
        byte[] padded = new byte[AuthKey.MaxNameLength];
        Encoding.ASCII.GetBytes(name, padded);
        return padded;
    }
}
