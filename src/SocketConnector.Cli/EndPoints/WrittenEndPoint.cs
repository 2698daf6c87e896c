using SocketConnector.Cli.Values;

namespace SocketConnector.Cli.EndPoints;

/// <summary>An end point as it is written, taken apart.</summary>
/// <param name="Address">The first address.</param>
/// <param name="Options">What stands behind its commas, but for what is about TLS.</param>
/// <param name="Tls">That; nothing where the end point does not speak TLS.</param>
internal sealed record WrittenEndPoint(string Address, IReadOnlyList<string> Options, IReadOnlyList<string>? Tls)
{
    /// <summary>What stands behind its commas about its session; nothing where it is at no relay.</summary>
    public IReadOnlyList<string>? Via { get; init; }

    public static Parsed<WrittenEndPoint> Of(string text)
    {
        bool isTls = text.StartsWith(TlsSettings.Scheme, StringComparison.Ordinal);
        bool isVia = text.StartsWith(ViaSettings.Scheme, StringComparison.Ordinal);
        Parsed<IReadOnlyList<string>> split = QuotedParts.Split(isTls ? text[TlsSettings.Scheme.Length..] : isVia ? text[ViaSettings.Scheme.Length..] : text);
        if (split.Value is not { } parts)
        {
            return new Wrong(split.Error!);
        }

        string[] options = [.. parts.Skip(1)];
        if (Array.IndexOf(options, "") is >= 0 and int empty)
        {
            return new Wrong($"an option is missing {(empty == options.Length - 1 ? "after the last comma" : "between two commas")}");
        }

        return isVia ? new WrittenEndPoint(parts[0], [.. options.Where(static option => !ViaOptionTable.IsOfVia(option))], null) { Via = [.. options.Where(ViaOptionTable.IsOfVia)] }
            : isTls
            ? new WrittenEndPoint(parts[0], [.. options.Where(static option => !IsOfTls(option))], [.. options.Where(IsOfTls)])
            : new WrittenEndPoint(parts[0], options, null);
    }

    private static bool IsOfTls(string option) => TlsOptionTable.Table.Has(OptionTable<TlsSettings>.Split(option).Name);
}
