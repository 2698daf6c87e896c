// A TCP proxy: every client that connects gets a connection of its own to the target.
//
//     dotnet run --project examples/proxy -- 8080 example.com:80
//     curl -H 'Host: example.com' http://127.0.0.1:8080/
using System.Net;
using SocketConnector;

string from = args.Length > 0 ? args[0] : "8080";
string to = args.Length > 1 ? args[1] : "127.0.0.1:80";

// A host, host:port or [ipv6]:port; port 80 where none is given.
if (!ushort.TryParse(from, out ushort port) || !Uri.TryCreate($"tcp://{to}", UriKind.Absolute, out Uri? target) || target.Port == 0)
{
    Console.Error.WriteLine("usage: proxy PORT HOST[:PORT], such as: proxy 8080 localhost:80");
    return 2;
}

await using Connector connector = await Connector.ServerToSocketAsync(
    new ListenOptions(IPAddress.Loopback, port),
    new ConnectOptions(target.DnsSafeHost, target.Port > 0 ? target.Port : 80),
    new ConnectorOptions
    {
        // When the target does not answer, the client that asked is reset after this time, and no other is delayed.
        ConnectTimeout = TimeSpan.FromSeconds(5),
        GracePeriod = Timeout.InfiniteTimeSpan,

        // The life of each connection, on standard error.
        Verbose = true,
    });

Console.WriteLine($"listening on {connector.PortA}");
await connector.Completion;
return 0;
