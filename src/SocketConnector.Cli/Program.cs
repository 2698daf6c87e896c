using SocketConnector.Cli.CommandLine;
using SocketConnector.Cli.Running;

if (StartLimit.IsTooSmall())
{
    return StartLimit.Refused;
}

return await EntryPoint.RunAsync(args);
