using System.Text;

namespace SocketConnector.Admin.Metrics;

/// <summary>Names as Prometheus wants them: its letters alone, the unit spelt out behind, and <c>_total</c> behind what only grows.</summary>
internal static class MetricName
{
    /// <summary>Of an instrument: <c>socketconnector.connection.duration</c> in <c>s</c> is <c>socketconnector_connection_duration_seconds</c>.</summary>
    public static string Of(string instrument, string? unit, bool isCounter)
    {
        string name = Letters(instrument, mayHaveColon: true);
        string suffix = UnitName(unit);
        if (suffix.Length > 0 && !name.EndsWith($"_{suffix}", StringComparison.Ordinal))
        {
            name = $"{name}_{suffix}";
        }

        return isCounter && !name.EndsWith("_total", StringComparison.Ordinal) ? $"{name}_total" : name;
    }

    /// <summary>Of a tag.</summary>
    public static string OfLabel(string tag) => Letters(tag, mayHaveColon: false);

    /// <summary>UCUM, as OpenTelemetry writes units. What stands in braces says what is counted, and is no unit.</summary>
    private static string UnitName(string? unit) => unit switch
    {
        null or "" or "1" or ['{', ..] => "",
        "s" => "seconds",
        "ms" => "milliseconds",
        "us" => "microseconds",
        "min" => "minutes",
        "h" => "hours",
        "By" => "bytes",
        "%" => "percent",
        _ => Letters(unit, mayHaveColon: false).Trim('_'),
    };

    private static string Letters(string text, bool mayHaveColon)
    {
        var name = new StringBuilder(text.Length + 1);
        foreach (char letter in text)
        {
            bool isAllowed = char.IsAsciiLetterOrDigit(letter) || letter == '_' || (mayHaveColon && letter == ':');
            if (name.Length == 0 && char.IsAsciiDigit(letter))
            {
                name.Append('_');
            }

            name.Append(isAllowed ? letter : '_');
        }

        return name.Length == 0 ? "_" : name.ToString();
    }
}
