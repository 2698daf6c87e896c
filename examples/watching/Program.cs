// A proxy that tells of each connection when it is made, and of its end: why, by which side, how many bytes each way.
//
//     dotnet run --project examples/watching -- 8080 127.0.0.1:80
using System.Globalization;
using System.Net;
using SocketConnector;

int port = args.Length > 0 ? int.Parse(args[0], CultureInfo.InvariantCulture) : 8080;
var target = new Uri("tcp://" + (args.Length > 1 ? args[1] : "127.0.0.1:80"));

await using Connector connector = await Connector.ServerToSocketAsync(
    new ListenOptions(IPAddress.Loopback, port),
    new ConnectOptions(target.DnsSafeHost, target.IsDefaultPort ? 80 : target.Port),
    new ConnectorOptions { Timeout = Timeout.InfiniteTimeSpan });

Console.WriteLine($"listening on {connector.PortA}");
var endings = new List<Task>();
await foreach (Connection connection in connector.WatchConnectionsAsync())
{
    Console.WriteLine($"{connection.Id} joined: {connection.PeerA} with {connection.PeerB}");
    endings.RemoveAll(ending => ending.IsCompleted);
    endings.Add(TellEndAsync(connection));
}

await Task.WhenAll(endings);

static async Task TellEndAsync(Connection connection)
{
    CloseInfo end = await connection.Completion;
    Console.WriteLine($"{connection.Id} ended: {end.Reason} by {end.Side}, {connection.BytesAToB} bytes to B, {connection.BytesBToA} bytes to A");
}
