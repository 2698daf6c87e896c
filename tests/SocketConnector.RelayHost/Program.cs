// A relay and nothing else, so that a test can measure it apart from the peers that the test plays.
// Takes "dead-address" and a name, or the port to connect to, and "transformed" if what comes from side A is to pass a transformer. Says the port it listens on, then answers each line on standard input with a measurement.
using System.Globalization;
using System.Net;
using SocketConnector;
using SocketConnector.RelayHost;
using SocketConnector.TestKit;

TestEngine.Choose();
if (args is ["dead-address", string name])
{
    Console.WriteLine(await DeadAddress.MeasureAsync(name));
    return;
}

int target = int.Parse(args[0], CultureInfo.InvariantCulture);
var options = new ConnectorOptions { GracePeriod = Timeout.InfiniteTimeSpan };
var listen = new ListenOptions(IPAddress.Loopback, 0)
{
    Transformer = args is [_, "transformed"] ? (source, destination, cancellationToken) => source.CopyToAsync(destination, cancellationToken) : null,
};
Connector connector = await Connector.ServerToSocketAsync(listen, new ConnectOptions(target), options);
await using (connector)
{
    Console.WriteLine(connector.PortA);
    while (await Console.In.ReadLineAsync() is { } question)
    {
        Console.WriteLine(question switch
        {
            "connections" => connector.GetStats().ActiveConnections,
            "pipes" => Descriptors.Pipes(),
            "hoard" => await Hoard.TakeAllAsync(),
            "release" => Hoard.GiveBack(),
            "watchers" => await OwnSocket.WatchersAsync(connector, target),
            "add" => await OwnSocket.AddUsedAsync(connector, target),
            "allocated" => GC.GetTotalAllocatedBytes(precise: true),
            _ => ProcessFigures.Settled(),
        });
    }
}
