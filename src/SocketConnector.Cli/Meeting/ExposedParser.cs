using SocketConnector.Cli.EndPoints;
using SocketConnector.Cli.Values;

namespace SocketConnector.Cli.Meeting;

/// <summary>A port of the relay whose clients meet a session.</summary>
/// <param name="Listen">Where.</param>
/// <param name="Session">The session; where its relay is, is known once that listens.</param>
internal sealed record Exposed(ListenOptions Listen, ViaSettings Session);

/// <summary>Reads <c>LISTEN,session=SOURCE</c>.</summary>
internal static class ExposedParser
{
    public static Parsed<Exposed> Parse(string text)
    {
        Parsed<IReadOnlyList<string>> split = QuotedParts.Split(text);
        if (split.Value is not { } parts)
        {
            return new Wrong(split.Error!);
        }

        // Its place is taken once the relay listens.
        string[] via = [.. parts.Skip(1).Where(ViaOptionTable.IsOfVia)];
        string plain = string.Join(',', parts.Where(part => !via.Contains(part, StringComparer.Ordinal)));
        return ViaOptionTable.Parse("127.0.0.1:1", via, needsSession: true).Next(session =>
            session.Tls is not null ? new Wrong("relay-tls is not needed beside the relay itself; remove it")
            : EndPointParser.Listen(plain).Then(listen => new Exposed(listen, session)));
    }
}
