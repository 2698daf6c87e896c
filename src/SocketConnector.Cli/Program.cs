using SocketConnector.Cli.CommandLine;
using SocketConnector.Cli.Running;

StandardNumbers.Fill();
if (StartLimit.IsTooSmall(args))
{
    return StartLimit.Refused;
}

HomeDirectory.Settle();
return await EntryPoint.RunAsync(args);
