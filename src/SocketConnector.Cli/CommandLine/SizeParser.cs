using System.Globalization;

namespace SocketConnector.Cli.CommandLine;

/// <summary>Reads <c>4096</c>, <c>64KiB</c> and <c>1MiB</c>.</summary>
internal static class SizeParser
{
    private const int KiB = 1024;
    private const int MiB = 1024 * KiB;

    // The bounds of ConnectorOptions.BufferSize.
    private const long Least = KiB;
    private const long Most = 16 * MiB;

    private static readonly (string Name, int Bytes)[] _units = [("KiB", KiB), ("MiB", MiB), ("", 1)];

    public static Parsed<int> Parse(string text)
    {
        foreach ((string name, int bytes) in _units)
        {
            if (text.EndsWith(name, StringComparison.Ordinal)
                && int.TryParse(text.AsSpan(0, text.Length - name.Length), NumberStyles.None, CultureInfo.InvariantCulture, out int number))
            {
                long size = (long)number * bytes;
                return size is >= Least and <= Most ? (int)size : new Wrong($"'{text}' is out of range; it must be from 1KiB to 16MiB");
            }
        }

        return new Wrong($"'{text}' is not a size; write 4096, 64KiB or 1MiB");
    }
}
