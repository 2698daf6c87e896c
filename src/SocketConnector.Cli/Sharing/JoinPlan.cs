using System.CommandLine;
using SocketConnector.Cli.CommandLine;
using SocketConnector.Cli.EndPoints;
using SocketConnector.Cli.Events;
using SocketConnector.Cli.Running;
using SocketConnector.Cli.Stdio;
using SocketConnector.Cli.Values;

namespace SocketConnector.Cli.Sharing;

/// <summary>What <c>join</c> runs: a port, or this program's own streams, whose clients meet the other person's end.</summary>
internal static class JoinPlan
{
    public static Parsed<RunPlan> Of(ViaSettings settings, string listen, ParseResult line, Flags flags)
    {
        ConnectorOptions options = flags.ToConnectorOptions(line);
        return settings.Read(TerminalLog.Whole(options)).Next(session =>
            listen == StandardEndPoint.Written
                ? Plan(new ConnectOptions(StandardEndPoint.Instance), new ConnectOptions(session), Connector.SocketToSocketAsync).Then(plan => StdioRules.Apply(plan, Side.A, line, flags))
                : EndPointParser.Listen(listen).Next(at => Plan(at, new ConnectOptions(session), Connector.ServerToSocketAsync)));

        Parsed<RunPlan> Plan<T>(T side, ConnectOptions session, Func<T, ConnectOptions, ConnectorOptions?, CancellationToken, Task<Connector>> start) =>
            new RunPlan((all, cancellationToken) => start(side, session, all, cancellationToken), options, line.GetValue(flags.Drain), line.GetValue(flags.Json))
            {
                Events = line.GetValue(flags.Events),
            };
    }
}
