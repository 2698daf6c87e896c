using System.Globalization;

namespace SocketConnector.Cli.Tables;

/// <summary>A number of bytes for people, written as on the command line.</summary>
internal static class SizeText
{
    private static readonly string[] _units = ["B", "KiB", "MiB", "GiB", "TiB", "PiB"];

    /// <returns>Such as <c>1.5MiB</c>.</returns>
    public static string Of(double bytes)
    {
        // 1023.96 would be rounded to 1024.
        int unit = 0;
        for (; bytes >= 1023.95 && unit < _units.Length - 1; unit++)
        {
            bytes /= 1024;
        }

        return string.Create(CultureInfo.InvariantCulture, $"{bytes:0.#}{_units[unit]}");
    }

    /// <returns>Such as <c>1.5MiB/s</c>.</returns>
    public static string Rate(double bytesPerSecond) => $"{Of(bytesPerSecond)}/s";
}
