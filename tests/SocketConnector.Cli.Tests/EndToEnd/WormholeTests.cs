using System.Globalization;
using System.Security.Cryptography;
using System.Text.Json;
using SocketConnector.Cli.Tests.Processes;
using SocketConnector.TestKit;

namespace SocketConnector.Cli.Tests.EndToEnd;

/// <summary>The clients of magic-wormhole, with this program as their transit relay.</summary>
[Collection(RealPrograms.Name)]
public sealed class WormholeTests : IDisposable
{
    private const int Size = 64 * 1024 * 1024;

    private static readonly TimeSpan _within = TimeSpan.FromMinutes(1);

    private readonly string _folder = Directory.CreateTempSubdirectory("wormhole").FullName;
    private readonly byte[] _bytes = RandomBytes.Of(seed: 116, Size);

    private string Sent => Path.Combine(_folder, "file");

    private string Received => Path.Combine(_folder, "received", "file");

    private string Hosts => Path.Combine(_folder, "hosts");

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task B116_Clients_that_listen_to_nobody_send_a_file_through_the_relay()
    {
        await WriteFilesAsync();
        await using MailboxServer mailbox = await MailboxServer.StartAsync("127.0.0.1");
        await using ChildProcess relay = TheProgram.Start("rendezvous", "127.0.0.1:0", "--transit", "--json");
        var client = new WormholeClient(mailbox, await ListeningAsync(relay), Hosts);
        await using ChildProcess sending = client.SendByPython(Sent), receiving = client.ReceiveByPython(Received);
        await ExpectArrivalAsync(sending, receiving, relay, mailbox);
    }

    [Theory]
    [InlineData(false, false)]
    [InlineData(false, true)]
    [InlineData(true, false)]
    [InlineData(true, true)]
    public async Task B116_Clients_behind_NAT_send_a_file_through_the_relay(bool isSenderGo, bool isReceiverGo)
    {
        await WriteFilesAsync();
        await using NatNetwork network = await NatNetwork.CreateAsync();
        await using MailboxServer mailbox = await MailboxServer.StartAsync(NatNetwork.OpenAddress, network.Open);
        string at = string.Create(CultureInfo.InvariantCulture, $"{NatNetwork.OpenAddress}:{WormholeClient.GoTransitPort}");
        await using ChildProcess relay = network.Open.Start("rendezvous", at, "--transit", "--open", "--json");
        var client = new WormholeClient(mailbox, await ListeningAsync(relay), Hosts);
        await using ChildProcess sending = client.Send(isSenderGo, network.Homes[0], Sent);
        await using ChildProcess receiving = await client.ReceiveAsync(isReceiverGo, network.Homes[1], Received);
        await ExpectArrivalAsync(sending, receiving, relay, mailbox);
    }

    /// <summary>Where the relay listens, once it does.</summary>
    private static async Task<string> ListeningAsync(ChildProcess relay)
    {
        using var line = JsonDocument.Parse(await relay.ReadLineAsync());
        return line.RootElement.GetProperty("endPoint").GetString()!;
    }

    private async Task WriteFilesAsync()
    {
        Directory.CreateDirectory(Path.GetDirectoryName(Received)!);
        await File.WriteAllBytesAsync(Sent, _bytes);
        await File.WriteAllLinesAsync(Hosts, ["127.0.0.1 localhost", $"{NatNetwork.OpenAddress} {WormholeClient.GoTransitHost}"]);
    }

    /// <summary>The file arrives whole, and the relay has carried it.</summary>
    private async Task ExpectArrivalAsync(ChildProcess sending, ChildProcess receiving, ChildProcess relay, MailboxServer mailbox)
    {
        int[] codes = await Task.WhenAll(sending.ExitAsync(_within), receiving.ExitAsync(_within));
        IReadOnlyList<string> events = await relay.StopAsync();
        string told = $"{sending.Told}\n{receiving.Told}\n{relay.Told}\n{mailbox.Told}";
        Assert.True(codes is [0, 0], $"exit codes {codes[0]} and {codes[1]}: {told}");
        await using FileStream copy = File.OpenRead(Received);
        Assert.Equal(RandomBytes.Sha256(_bytes), Convert.ToHexString(await SHA256.HashDataAsync(copy, TestContext.Current.CancellationToken)));
        long carried = events.Sum(Carried);
        Assert.True(carried >= Size, string.Create(CultureInfo.InvariantCulture, $"the relay has carried {carried} bytes alone: {told}"));
    }

    /// <summary>What a pair has carried, if this event says that it ended.</summary>
    private static long Carried(string line)
    {
        using var document = JsonDocument.Parse(line);
        JsonElement root = document.RootElement;
        return root.GetProperty("event").GetString() == "closed" ? root.GetProperty("bytesAToB").GetInt64() + root.GetProperty("bytesBToA").GetInt64() : 0;
    }
}
