// Side A is open to all; on side B, only those who say "go" first are joined. What they say after it is relayed.
//
//     dotnet run --project examples/verifier -- 9000 9001
//     ncat 127.0.0.1 9000
//     ncat 127.0.0.1 9001          (then type go)
using System.Buffers;
using System.Globalization;
using System.IO.Pipelines;
using System.Text;
using SocketConnector;

int portA = args.Length > 0 ? int.Parse(args[0], CultureInfo.InvariantCulture) : 9000;
int portB = args.Length > 1 ? int.Parse(args[1], CultureInfo.InvariantCulture) : 9001;

await using Connector connector = await Connector.ServerToServerAsync(
    new ListenOptions(portA),
    new ListenOptions(portB) { AuthVerifier = SaysGoAsync },
    new ConnectorOptions { GracePeriod = Timeout.InfiniteTimeSpan, AdmissionTimeout = TimeSpan.FromSeconds(10) });

Console.WriteLine($"side A listening on {connector.PortA}");
Console.WriteLine($"side B listening on {connector.PortB}");
await connector.Completion;

static async ValueTask<AuthResult> SaysGoAsync(AuthContext context, CancellationToken cancellationToken)
{
    PipeReader input = context.Transport.Input;
    while (true)
    {
        ReadResult read = await input.ReadAsync(cancellationToken);
        if (read.Buffer.PositionOf((byte)'\n') is SequencePosition end)
        {
            string line = Encoding.ASCII.GetString(read.Buffer.Slice(0, end)).TrimEnd('\r');

            // Only the line is taken; whatever came behind it stays in the pipe and is relayed first.
            input.AdvanceTo(read.Buffer.GetPosition(1, end));
            return line == "go" ? AuthResult.Accept() : AuthResult.Reject("did not say go");
        }

        if (read.IsCompleted || read.Buffer.Length > 64)
        {
            return AuthResult.Reject("no line came");
        }

        // Not enough yet: keep it, and wait for more.
        input.AdvanceTo(read.Buffer.Start, read.Buffer.End);
    }
}
