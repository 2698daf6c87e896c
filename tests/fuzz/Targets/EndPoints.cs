using System.Net;
using SocketConnector.Cli.EndPoints;
using SocketConnector.Cli.Events;
using SocketConnector.Cli.Values;

namespace SocketConnector.Fuzz.Targets;

/// <summary>End points as the command line has them.</summary>
internal static class EndPoints
{
    private static readonly string[] _ofFiles = ["file:", "stdin:", "ca="];

    /// <summary>Whether parsing would read a file, which may be one that never ends.</summary>
    public static bool ReadsFiles(string text) => _ofFiles.Any(mark => text.Contains(mark, StringComparison.Ordinal));

    public static void Listen(string text) => Check(text, EndPointParser.Listen, options => options.EndPoints);

    public static void Connect(string text) => Check(text, EndPointParser.Connect, options => [options.EndPoint]);

    /// <summary>Parts that were split can be written, and are split as they were.</summary>
    public static void Quoted(string text)
    {
        Parsed<IReadOnlyList<string>> parts = QuotedParts.Split(text);
        Parsing.IsAnswer(text, parts);
        if (parts.Value is { } read)
        {
            string written = string.Join(',', read.Select(static (part, i) => Quote(part, i == 0 ? ':' : '=')));
            Parsed<IReadOnlyList<string>> again = QuotedParts.Split(written);
            Expect.That(again.Value is not null && again.Value.SequenceEqual(read, StringComparer.Ordinal), $"written as {written}");
        }
    }

    private static void Check<T>(string text, Func<string, Parsed<T>> parse, Func<T, IReadOnlyList<EndPoint>> endPoints)
        where T : SideOptions
    {
        if (ReadsFiles(text))
        {
            return;
        }

        Parsed<T> parsed = parse(text);
        Parsing.IsAnswer(text, parsed);
        if (parsed.Value is not { } options)
        {
            return;
        }

        // An event names an end point as it would be written; a session by its relay alone, without where its secret is.
        foreach (EndPoint endPoint in endPoints(options).Where(static each => each is not UnreadVia))
        {
            string name = endPoint is DnsEndPoint dns ? $"{dns.Host}:{dns.Port}" : EndPointName.Of(endPoint);
            Parsed<T> again = parse(name);
            Expect.That(again.Value is not null, $"{name}: {again.Error}");
            Expect.Equal(endPoint, endPoints(again.Value!)[0], name);
        }
    }

    private static string Quote(string part, char separator)
    {
        int first = part.AsSpan().IndexOfAny(separator, ',', '"');
        int start = first >= 0 && part[first] == separator ? first + 1 : 0;
        return $"{part[..start]}\"{part[start..].Replace("\"", "\"\"", StringComparison.Ordinal)}\"";
    }
}
