using System.Buffers;
using System.Globalization;
using System.IO.Pipelines;
using System.Net;
using Microsoft.AspNetCore.Connections;
using SocketConnector.ProxyProtocol;

// A web application behind a load balancer that sends PROXY headers: it sees the address of the client, not of the balancer.
int port = args is [var first, ..] ? int.Parse(first, CultureInfo.InvariantCulture) : 8080;
IPNetwork balancers = IPNetwork.Parse(args is [_, var second, ..] ? second : "127.0.0.0/8");

WebApplicationBuilder builder = WebApplication.CreateSlimBuilder();
builder.Logging.SetMinimumLevel(LogLevel.Warning);
builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, port, listen => listen.Use(next => async connection =>
{
    if (await TakeHeaderAsync(connection))
    {
        await next(connection);
    }
})));

WebApplication app = builder.Build();
app.MapGet("/", (HttpContext context) => $"{context.Connection.RemoteIpAddress}:{context.Connection.RemotePort}\n");
await app.StartAsync();
Console.WriteLine($"listening on {new Uri(app.Urls.Single()).Port}");
await app.WaitForShutdownAsync();

// Only a balancer may say who the client is, and it always does.
async Task<bool> TakeHeaderAsync(ConnectionContext connection)
{
    if (connection.RemoteEndPoint is not IPEndPoint balancer || !balancers.Contains(balancer.Address.IsIPv4MappedToIPv6 ? balancer.Address.MapToIPv4() : balancer.Address))
    {
        connection.Abort(new ConnectionAbortedException("not from a balancer"));
        return false;
    }

    using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(5), TimeProvider.System);
    PipeReader input = connection.Transport.Input;
    while (true)
    {
        ReadResult read;
        try
        {
            read = await input.ReadAsync(patience.Token);
        }
        catch (Exception cause) when (cause is IOException or OperationCanceledException)
        {
            connection.Abort(new ConnectionAbortedException("no PROXY header came", cause));
            return false;
        }

        OperationStatus status = ProxyHeader.Parse(read.Buffer, out ProxyHeader header, out ProxyHeaderError error);
        if (status == OperationStatus.Done)
        {
            connection.RemoteEndPoint = header.Source ?? connection.RemoteEndPoint;
            connection.LocalEndPoint = header.Destination ?? connection.LocalEndPoint;
            input.AdvanceTo(read.Buffer.GetPosition(header.Length));
            return true;
        }

        input.AdvanceTo(read.Buffer.Start, read.Buffer.End);
        if (status == OperationStatus.InvalidData || read.IsCompleted)
        {
            connection.Abort(new ConnectionAbortedException($"no PROXY header: {error}"));
            return false;
        }
    }
}
