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
    /// <summary>The line on standard output is what this run is for, so events are told only where they are asked for.</summary>
    public static RunPlan Quiet(ParseResult line, Flags flags) => new(static (_, _) => throw new InvalidOperationException(), flags.ToConnectorOptions(line), line.GetValue(flags.Drain), line.GetValue(flags.Json))
    {
        Events = line.GetResult(flags.Events) is { Implicit: false } ? line.GetValue(flags.Events) : EventScope.None,
    };

    public static async Task<int> RunAsync(ConnectOptions target, ViaSettings via, bool showsQr, RunPlan basis, TimeSpan drain)
    {
        MeetingCode code = MeetingCode.Create(via.Relay!, via.Tls is not null);
        Parsed<RendezvousEndPoint> session = (via with { Secret = code.ToSettings().Secret }).Read(TerminalLog.Whole(basis.Options));
        if (session.Value is not { } known)
        {
            Notice.BeforeStart(session.Error!);
            return EntryPoint.Wrong;
        }

        using var progress = new Progress(basis.Options.TimeProvider);
        return await new Runner(basis with
        {
            Drain = drain,
            TellsListening = false,
            Start = async (options, cancellationToken) =>
            {
                Connector connector = await Connector.ServerToSocketAsync(new ListenOptions(known), target, options, cancellationToken);
                LastOutput.TryWrite($"socketconnector join {code.ToText()}\n{(showsQr ? Qr(code.ToText()) : "")}");
                Notice.WhileRunning($"waiting at {EndPointText.Of(via.Relay!)} for whoever has this code; Ctrl-C ends", basis.Options.Name);
                progress.Show(connector);
                return connector;
            },
        }).RunAsync();
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
