using System.Globalization;
using SocketConnector.Cli.Values;

namespace SocketConnector.Cli.EndPoints;

/// <summary>Reads an option whose value is a number from 1 on.</summary>
internal static class NumberOption
{
    /// <param name="name">The option's.</param>
    /// <param name="value">What was written.</param>
    /// <param name="example">A number that will do.</param>
    /// <param name="max">The largest that will do.</param>
    public static Parsed<int?> Read(string name, string? value, int example, int max = int.MaxValue) =>
        int.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out int number) && number >= 1 && number <= max
            ? number
            : new Wrong($"{name} must be a number from 1 to {max}; write {name}={example}");
}
