// A proxy that tells of each connection when it is made, and of its end: why, by which side, how many bytes each way.
//
//     dotnet run --project examples/watching -- 8080 127.0.0.1:80
using System.Net;
using SocketConnector;

string from = args.Length > 0 ? args[0] : "8080";
string to = args.Length > 1 ? args[1] : "127.0.0.1:80";
if (!ushort.TryParse(from, out ushort port) || !Uri.TryCreate($"tcp://{to}", UriKind.Absolute, out Uri? target) || target.Port == 0)
{
    Console.Error.WriteLine("usage: watching PORT HOST[:PORT], such as: watching 8080 localhost:80");
    return 2;
}

await using Connector connector = await Connector.ServerToSocketAsync(
    new ListenOptions(IPAddress.Loopback, port),
    new ConnectOptions(target.DnsSafeHost, target.Port > 0 ? target.Port : 80),
    new ConnectorOptions { GracePeriod = Timeout.InfiniteTimeSpan });

Console.WriteLine($"listening on {connector.PortA}");
var endings = new List<Task>();
await foreach (Connection connection in connector.WatchConnectionsAsync())
{
    Console.WriteLine($"{connection.Id} joined: {connection.PeerA} with {connection.PeerB}");
    endings.RemoveAll(ending => ending.IsCompleted);
    endings.Add(TellEndAsync(connection));
}

await Task.WhenAll(endings);
return 0;

static async Task TellEndAsync(Connection connection)
{
    CloseInfo end = await connection.Completion;
    Console.WriteLine($"{connection.Id} ended: {end.Reason} by {end.Side}, {connection.BytesAToB} bytes to B, {connection.BytesBToA} bytes to A");
}
