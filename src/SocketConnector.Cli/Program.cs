using SocketConnector.Cli.CommandLine;
using SocketConnector.Cli.Running;

StandardNumbers.Fill();
return await EntryPoint.RunAsync(args);
