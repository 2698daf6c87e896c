using System.Globalization;
using System.Net;
using System.Net.Sockets;
using SocketConnector.Diagnostics;

namespace SocketConnector.Cli.Values;

/// <summary>Reads networks, <c>10.0.0.0/8+192.0.2.1+fd00::/8</c>: an address alone is a network of one.</summary>
internal static class NetworkParser
{
    private const char Separator = '+';
    private const string File = "file:";

    public static Parsed<IReadOnlyList<IPNetwork>> ParseAll(string text)
    {
        var networks = new List<IPNetwork>();
        foreach (string part in text.Split(Separator))
        {
            Parsed<IPNetwork?> network = Parse(part);
            if (network.Value is not { } read)
            {
                return new Wrong(network.Error!);
            }

            networks.Add(read);
        }

        return new Parsed<IReadOnlyList<IPNetwork>>(networks, null);
    }

    /// <summary>Also <c>file:PATH</c>: one network to a line, and comments behind <c>#</c>.</summary>
    public static Parsed<IReadOnlyList<IPNetwork>> ParseAllOrFile(string text)
    {
        if (!text.StartsWith(File, StringComparison.Ordinal))
        {
            return ParseAll(text);
        }

        string path = text[File.Length..];
        string[] lines;
        try
        {
            lines = System.IO.File.ReadAllLines(path);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException or ArgumentException)
        {
            return new Wrong($"cannot read '{path}': {FileErrorText.Of(path, error)}");
        }

        var networks = new List<IPNetwork>();
        for (int i = 0; i < lines.Length; i++)
        {
            string line = lines[i].Split('#')[0].Trim();
            if (line.Length == 0)
            {
                continue;
            }

            Parsed<IPNetwork?> network = Parse(line);
            if (network.Value is not { } read)
            {
                return new Wrong($"{path}, line {i + 1}: {network.Error}");
            }

            networks.Add(read);
        }

        return new Parsed<IReadOnlyList<IPNetwork>>(networks, null);
    }

    private static Parsed<IPNetwork?> Parse(string text)
    {
        string[] parts = text.Split('/', 2);
        if (!IPAddress.TryParse(parts[0], out IPAddress? address) || !IsPlain(parts[0], address))
        {
            return new Wrong($"'{text}' is not a network; write 10.0.0.0/8, fd00::/8 or an address, several with {Separator} between them");
        }

        int bits = address.AddressFamily == AddressFamily.InterNetwork ? 32 : 128;
        if (parts.Length == 1)
        {
            return new IPNetwork(address, bits);
        }

        if (!int.TryParse(parts[1], NumberStyles.None, CultureInfo.InvariantCulture, out int prefix) || prefix > bits)
        {
            return new Wrong($"'{text}' is not a network: what follows the / must be from 0 to {bits}");
        }

        if (address.IsIPv4MappedToIPv6 && prefix < 96)
        {
            return new Wrong($"'{text}' is not a network: write IPv4 as IPv4, such as {address.MapToIPv4()}");
        }

        IPAddress start = StartOf(address, prefix);
        return start.Equals(address) ? new IPNetwork(address, prefix) : new Wrong($"'{text}' is an address inside a network; write {start}/{prefix}, or {address} for it alone");
    }

    // What the runtime also takes: 10.1 for 10.0.0.1, 0x0a000001, brackets and zones.
    private static bool IsPlain(string text, IPAddress address) => address.AddressFamily == AddressFamily.InterNetwork
        ? address.ToString() == text
        : text.All(letter => char.IsAsciiHexDigit(letter) || letter is ':' or '.');

    private static IPAddress StartOf(IPAddress address, int prefix)
    {
        byte[] bytes = address.GetAddressBytes();
        for (int i = 0; i < bytes.Length; i++)
        {
            int kept = Math.Clamp(prefix - (8 * i), 0, 8);
            bytes[i] &= (byte)(0xFF << (8 - kept));
        }

        return new IPAddress(bytes);
    }
}
