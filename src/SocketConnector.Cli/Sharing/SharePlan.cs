using System.CommandLine;
using System.Text;
using QRCoder;
using SocketConnector.Cli.CommandLine;
using SocketConnector.Cli.EndPoints;
using SocketConnector.Cli.Events;
using SocketConnector.Cli.Running;
using SocketConnector.Cli.Values;
using SocketConnector.Rendezvous;

namespace SocketConnector.Cli.Sharing;

/// <summary>What <c>share</c> runs: an end that listens at the relay for whoever has the code, and connects them to the target.</summary>
internal static class SharePlan
{
    /// <param name="target">What is shared.</param>
    /// <param name="via">Where the relay is.</param>
    /// <param name="showsQr">Whether the code is drawn too.</param>
    /// <param name="line">The command line.</param>
    /// <param name="flags">Its options.</param>
    public static Parsed<RunPlan> Of(ConnectOptions target, ViaSettings via, bool showsQr, ParseResult line, Flags flags)
    {
        ConnectorOptions options = flags.ToConnectorOptions(line);
        MeetingCode code = MeetingCode.Create(via.Relay!, via.Tls is not null);
        return (via with { Secret = code.ToSettings().Secret }).Read(TerminalLog.Whole(options)).Then(session =>
            new RunPlan((all, cancellationToken) => StartAsync(session, target, all, cancellationToken), options, line.GetValue(flags.Drain), line.GetValue(flags.Json))
            {
                // The line on standard output is what this run is for, so events are told only where they are asked for.
                Events = line.GetResult(flags.Events) is { Implicit: false } ? line.GetValue(flags.Events) : EventScope.None,
                TellsListening = false,
            });

        async Task<Connector> StartAsync(RendezvousEndPoint session, ConnectOptions target, ConnectorOptions all, CancellationToken cancellationToken)
        {
            Connector connector = await Connector.ServerToSocketAsync(new ListenOptions(session), target, all, cancellationToken);
            try
            {
                using Stream output = StandardOutput.Open();
                await output.WriteAsync(Encoding.UTF8.GetBytes($"socketconnector join {code.ToText()}\n{(showsQr ? Qr(code.ToText()) : "")}"), cancellationToken);
            }
            catch (IOException error)
            {
                // Nobody could join.
                await connector.DisposeAsync();
                throw new IOException($"standard output cannot be written: {error.Message}", error);
            }

            Notice.WhileRunning($"waiting at {EndPointText.Of(via.Relay!)} for whoever has this code; Ctrl-C ends", options.Name);
            Progress.Show(connector, options.TimeProvider);
            return connector;
        }
    }

    /// <summary>Two rows of modules in a line of text, so that they are square.</summary>
    private static string Qr(string text)
    {
        using QRCodeData data = QRCodeGenerator.GenerateQrCode(text, QRCodeGenerator.ECCLevel.L);
        var lines = new StringBuilder();
        for (int row = 0; row < data.ModuleMatrix.Count; row += 2)
        {
            for (int column = 0; column < data.ModuleMatrix.Count; column++)
            {
                // Light is drawn, since most terminals are dark.
                bool above = !data.ModuleMatrix[row][column];
                bool below = row + 1 >= data.ModuleMatrix.Count || !data.ModuleMatrix[row + 1][column];
                lines.Append(above ? below ? '█' : '▀' : below ? '▄' : ' ');
            }

            lines.Append('\n');
        }

        return lines.ToString();
    }
}
