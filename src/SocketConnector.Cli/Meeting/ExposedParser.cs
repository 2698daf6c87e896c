using SocketConnector.Cli.EndPoints;
using SocketConnector.Cli.Values;

namespace SocketConnector.Cli.Meeting;

/// <summary>A port of the relay whose clients meet a session.</summary>
/// <param name="Listen">Where.</param>
/// <param name="Session">The session, at the relay itself.</param>
internal sealed record Exposed(ListenOptions Listen, ViaSettings Session);

/// <summary>Reads <c>LISTEN,session=SOURCE</c>.</summary>
internal static class ExposedParser
{
    public static Parsed<Exposed> Parse(string text) => DoorParser.Mistake(text) is { } mistake ? mistake : WrittenEndPoint.Of(text).Next(written =>
    {
        // The place of its relay is taken once that listens.
        string[] via = [.. written.Options.Where(ViaOptionTable.IsOfVia)];
        return ViaOptionTable.Parse("127.0.0.1:1", via, needsSession: true).Next(session =>
            session.Tls is not null ? new Wrong("relay-tls is not needed beside the relay itself; remove it")
            : EndPointParser.Listen(written with { Options = [.. written.Options.Where(static option => !ViaOptionTable.IsOfVia(option))] }).Then(listen => new Exposed(listen, session)));
    });
}
