// Two programs that both connect out meet here: one dials the first port, the other the second. What they say is shown.
//
//     dotnet run --project examples/rendezvous -- 9000 9001
//     ncat 127.0.0.1 9000          (in a second terminal)
//     ncat 127.0.0.1 9001          (in a third)
using System.Globalization;
using SocketConnector;

int portA = args.Length > 0 ? int.Parse(args[0], CultureInfo.InvariantCulture) : 9000;
int portB = args.Length > 1 ? int.Parse(args[1], CultureInfo.InvariantCulture) : 9001;

await using Connector connector = await Connector.ServerToServerAsync(
    new ListenOptions(portA),
    new ListenOptions(portB),
    new ConnectorOptions
    {
        // Each chunk that flows, as a line on standard error.
        LogTraffic = true,

        // By default it closes when nobody has come within 30 seconds. This one stays.
        GracePeriod = Timeout.InfiniteTimeSpan,
    });

Console.WriteLine($"side A listening on {connector.PortA}");
Console.WriteLine($"side B listening on {connector.PortB}");
await connector.Completion;
