// A pairing rule of one's own: peers that begin with the same four letters are joined; a newer one of the same side replaces the older.
//
//     dotnet run --project examples/pairing -- 9000 9001
//     ncat 127.0.0.1 9000          (then type blue)
//     ncat 127.0.0.1 9001          (then type blue)
using System.Globalization;
using System.IO.Pipelines;
using System.Text;
using SocketConnector;

int[] ports = args.Length > 1 ? [.. args.Select(port => int.Parse(port, CultureInfo.InvariantCulture))] : [9000, 9001];
var waiting = new Dictionary<(Side Side, string Name), Peer>();
await using var connector = new Connector(new ConnectorOptions { GracePeriod = Timeout.InfiniteTimeSpan });
await using PeerListener a = await PeerListener.ListenAsync(Side.A, new ListenOptions(ports[0]) { AuthVerifier = ReadNameAsync });
await using PeerListener b = await PeerListener.ListenAsync(Side.B, new ListenOptions(ports[1]) { AuthVerifier = ReadNameAsync });
Console.WriteLine($"side A listening on {a.Port}");
Console.WriteLine($"side B listening on {b.Port}");
await Task.WhenAll(PairAsync(a, Side.B), PairAsync(b, Side.A));

async Task PairAsync(PeerListener listener, Side farSide)
{
    await foreach (Peer peer in listener.AcceptAllAsync())
    {
        string name = (string)peer.Items["name"]!;
        Peer? partner, older = null;
        lock (waiting)
        {
            if (!waiting.Remove((farSide, name), out partner))
            {
                waiting.Remove((peer.Side, name), out older);
                waiting[(peer.Side, name)] = peer;
            }
        }

        older?.Dispose();

        Console.WriteLine(partner is null ? $"{name} waits on side {peer.Side}" : $"{name} joined: #{(await connector.JoinAsync(peer, partner)).Id}");
    }
}

static async ValueTask<AuthResult> ReadNameAsync(AuthContext context, CancellationToken cancellationToken)
{
    ReadResult read = await context.Transport.Input.ReadAtLeastAsync(4, cancellationToken);
    if (read.Buffer.Length < 4)
    {
        return AuthResult.Reject("no name came");
    }

    string name = Encoding.ASCII.GetString(read.Buffer.Slice(0, 4));
    context.Transport.Input.AdvanceTo(read.Buffer.GetPosition(4));
    return AuthResult.Accept(items: [new("name", name)]);
}
