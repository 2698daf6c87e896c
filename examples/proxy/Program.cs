// A TCP proxy: every client that connects gets a connection of its own to the target.
//
//     dotnet run --project examples/proxy -- 8080 example.com:80
//     curl -H 'Host: example.com' http://127.0.0.1:8080/
using System.Globalization;
using System.Net;
using SocketConnector;

int port = args.Length > 0 ? int.Parse(args[0], CultureInfo.InvariantCulture) : 8080;
var target = new Uri("tcp://" + (args.Length > 1 ? args[1] : "127.0.0.1:80"));

await using Connector connector = await Connector.ServerToSocketAsync(
    new ListenOptions(IPAddress.Loopback, port),
    new ConnectOptions(target.DnsSafeHost, target.IsDefaultPort ? 80 : target.Port),
    new ConnectorOptions
    {
        // When the target does not answer, the client that asked is reset after this time, and no other is delayed.
        ConnectTimeout = TimeSpan.FromSeconds(5),
        Timeout = Timeout.InfiniteTimeSpan,

        // The life of each connection, on standard error.
        Verbose = true,
    });

Console.WriteLine($"listening on {connector.PortA}");
await connector.Completion;
