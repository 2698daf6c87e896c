// A web application behind NAT, reached through a relay: it waits in a session there instead of on a port. The relay and the user would be on
// machines of their own.
//
//     dotnet run --project examples/aspnetcore -- 8080
//     curl http://127.0.0.1:8080          (in a second terminal)
using System.Globalization;
using System.Net;
using SocketConnector;
using SocketConnector.Rendezvous;

int port = args.Length > 0 ? int.Parse(args[0], CultureInfo.InvariantCulture) : 8080;
await using RendezvousRelay relay = await RendezvousRelay.StartAsync([new ListenOptions(IPAddress.Loopback, 0)]);
var session = new RendezvousEndPoint(new ConnectOptions(relay.EndPoints[0]), SessionSecret.Generate());

// The application: ten lines.
WebApplicationBuilder builder = WebApplication.CreateSlimBuilder();
builder.Logging.SetMinimumLevel(LogLevel.Warning);
builder.WebHost.UseRendezvous().ConfigureKestrel(kestrel =>
{
    kestrel.Listen(session);
    kestrel.Listen(IPAddress.Loopback, 0); // ports work beside it
});
await using WebApplication app = builder.Build();
app.MapGet("/", () => "hello from behind NAT\n");
await app.StartAsync();

// At the user's: each client of this port meets the application.
await using Connector user = await Connector.ServerToSocketAsync(
    new ListenOptions(IPAddress.Loopback, port), new ConnectOptions(session), new ConnectorOptions { GracePeriod = Timeout.InfiniteTimeSpan });
Console.WriteLine($"listening on {user.PortA}");
await app.WaitForShutdownAsync();
