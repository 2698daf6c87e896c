using System.Globalization;

namespace SocketConnector.Cli.Tests.Admin;

/// <summary>What an admin channel says.</summary>
internal static class Answers
{
    /// <summary>Of one connector.</summary>
    /// <param name="name">What it is called.</param>
    public static string Connectors(string? name = null) =>
        $$"""{"program":{"name":"socketconnector","version":"0.1.0","processId":4711,"startedAt":"2026-11-24T12:06:57Z"},"time":"2026-11-24T12:07:57Z","connectors":[{{Connector("1", name)}}]}""";

    public static string Connector(string id, string? name) =>
        $$"""{"id":"{{id}}","name":{{(name is null ? "null" : $"\"{name}\"")}},"state":"open","starving":false,"startedAt":"2026-11-24T12:06:57Z","listensA":["127.0.0.1:9000"],"listensB":[],"active":3,"pendingA":0,"pendingB":0,"admitting":0,"joined":17,"bytesAToB":1,"bytesBToA":2,"rateAToB":0,"rateBToA":0,"closed":[],"lostEvents":0}""";

    /// <summary>A page of connections.</summary>
    /// <param name="matched">How many the filter lets through.</param>
    /// <param name="connections">Those on this page.</param>
    public static string Page(int matched, params IEnumerable<string> connections) =>
        $$"""{"time":"2026-11-24T12:07:57Z","total":{{matched}},"matched":{{matched}},"offset":0,"connections":[{{string.Join(',', connections)}}]}""";

    /// <param name="id">Its number.</param>
    /// <param name="identity">Of the peer on side A, in JSON.</param>
    public static string Connection(long id, string? identity = null) => string.Create(
        CultureInfo.InvariantCulture,
        $$"""{"id":{{id}},"connector":"1","a":{"id":5,"remote":"127.0.0.1:5000","local":"127.0.0.1:9000","identity":{{(identity is null ? "null" : $"\"{identity}\"")}},"dialled":false},"b":{"id":6,"remote":"127.0.0.1:5432","local":"127.0.0.1:40000","identity":null,"dialled":true},"joinedAt":"2026-11-24T12:07:00Z","durationMs":192700,"bytesAToB":1572864,"bytesBToA":12,"rateAToB":2048,"rateBToA":0,"engine":"linux","later":"x"}""");
}
