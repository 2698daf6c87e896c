namespace SocketConnector.Cli.Top;

/// <summary>Numbers as bars that are one character wide and one line high.</summary>
internal static class Sparkline
{
    // Nothing at all looks different from very little.
    private const string Bars = " ▁▂▃▄▅▆▇█";

    /// <param name="values">The latest last.</param>
    /// <param name="width">In columns; what is older than fits is left out, and what is missing is blank.</param>
    /// <param name="most">What a full bar stands for.</param>
    public static string Of(IReadOnlyList<double> values, int width, double most) =>
        string.Concat(values.TakeLast(width).Select(value => Bars[Level(value, most)])).PadLeft(Math.Max(0, width));

    private static int Level(double value, double most) =>
        value > 0 && most > 0 ? Math.Clamp((int)Math.Ceiling(value / most * (Bars.Length - 1)), 1, Bars.Length - 1) : 0;
}
