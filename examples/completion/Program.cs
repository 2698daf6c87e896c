// Stays for as long as it is needed: closes when nobody has come within the grace period, or else when the last connection
// has ended after it. Ctrl-C ends it earlier, and lets what is under way finish.
//
//     dotnet run --project examples/completion -- 9000 9001 30
using System.Globalization;
using System.Runtime.InteropServices;
using SocketConnector;

int portA = args.Length > 0 ? int.Parse(args[0], CultureInfo.InvariantCulture) : 9000;
int portB = args.Length > 1 ? int.Parse(args[1], CultureInfo.InvariantCulture) : 9001;
int seconds = args.Length > 2 ? int.Parse(args[2], CultureInfo.InvariantCulture) : 30;

await using Connector connector = await Connector.ServerToServerAsync(
    new ListenOptions(portA),
    new ListenOptions(portB),
    new ConnectorOptions { GracePeriod = TimeSpan.FromSeconds(seconds) });

using var interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, signal =>
{
    signal.Cancel = true;
    _ = connector.StopAsync();
});

Console.WriteLine($"side A listening on {connector.PortA}");
Console.WriteLine($"side B listening on {connector.PortB}");

// Finishes when the last socket is closed, and never fails.
await connector.Completion;
Console.WriteLine(connector.GetStats().ToJson());
