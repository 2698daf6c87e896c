// A relay, a service behind NAT and its user, who would be on three machines. Service and user only dial out, and meet at the relay.
//
//     dotnet run --project examples/meeting -- 2222 127.0.0.1:22
//     ssh -p 2222 127.0.0.1          (in a second terminal)
using System.Globalization;
using System.Net;
using SocketConnector;
using SocketConnector.Rendezvous;

int port = args.Length > 0 ? int.Parse(args[0], CultureInfo.InvariantCulture) : 2222;
IPEndPoint target = IPEndPoint.Parse(args.Length > 1 ? args[1] : "127.0.0.1:22");
var options = new ConnectorOptions { GracePeriod = Timeout.InfiniteTimeSpan };

// On a server: port 0 lets the system choose.
await using RendezvousRelay relay = await RendezvousRelay.StartAsync([new ListenOptions(IPAddress.Loopback, 0)]);

// The two ends know this, and the relay does not.
var session = new RendezvousEndPoint(new ConnectOptions(relay.EndPoints[0]), SessionSecret.Generate());

// Beside the service: whoever comes through the session is connected to it.
await using Connector service = await Connector.ServerToSocketAsync(new ListenOptions(session), new ConnectOptions(target), options);

// At the user's: each client of this port goes through the session.
await using Connector user = await Connector.ServerToSocketAsync(new ListenOptions(IPAddress.Loopback, port), new ConnectOptions(session), options);

Console.WriteLine($"listening on {user.PortA}");
await user.Completion;
