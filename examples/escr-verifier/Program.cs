// A rendezvous whose two sides authenticate as the peers of NoPorts' srvd do, by ESCR. Peers of one session are joined, whichever ports they come to.
// The sessions are in a file:
//
//     [{ "id": "2f9d...", "aesKey": "BASE64 of 32 bytes",
//        "signingKeys": { "a": { "_apsk.ID.a.__e@alice": "BASE64 of the public key" }, "b": { "_apsk.ID.a.__e@bob": "..." } } }]
//
//     dotnet run --project examples/escr-verifier -- 9000 9001 sessions.json
using System.Globalization;
using System.Text.Json;
using SocketConnector;

if (args is not [string first, string second, string file])
{
    Console.Error.WriteLine("such as: escr-verifier 9000 9001 sessions.json");
    return 2;
}

await using FileStream json = File.OpenRead(file);
EscrSession[] sessions = (await JsonSerializer.DeserializeAsync<EscrSession[]>(json, JsonSerializerOptions.Web))!;
Dictionary<string, EscrSession> byId = sessions.ToDictionary(session => session.Id, StringComparer.Ordinal);

await using Connector connector = await Connector.ServerToServerAsync(
    new ListenOptions(int.Parse(first, CultureInfo.InvariantCulture)) { AuthVerifier = new EscrVerifier("a", byId.GetValueOrDefault).VerifyAsync },
    new ListenOptions(int.Parse(second, CultureInfo.InvariantCulture)) { AuthVerifier = new EscrVerifier("b", byId.GetValueOrDefault).VerifyAsync },
    new ConnectorOptions { GracePeriod = Timeout.InfiniteTimeSpan, AdmissionTimeout = TimeSpan.FromSeconds(10) });

Console.WriteLine($"side A listening on {connector.PortA}");
Console.WriteLine($"side B listening on {connector.PortB}");
await connector.Completion;
return 0;
