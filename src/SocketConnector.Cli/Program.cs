using SocketConnector.Cli.CommandLine;

return await EntryPoint.RunAsync(args);
