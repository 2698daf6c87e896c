using System.Globalization;
using System.Net;
using System.Security.Cryptography;
using System.Text.Json;
using SocketConnector.Cli.Tests.Processes;
using SocketConnector.TestKit;

namespace SocketConnector.Cli.Tests.Measured;

/// <summary>A session in use, each of its two ends a process of its own, and its users.</summary>
internal sealed class ProgramSession : IAsyncDisposable
{
    private readonly StampedService _service;
    private readonly ChildProcess _beside;
    private readonly ChildProcess _user;

    private ProgramSession(StampedService service, ChildProcess beside, ChildProcess user, StampedUsers users) =>
        (_service, _beside, _user, Users) = (service, beside, user, users);

    public StampedUsers Users { get; }

    /// <summary>What went to the wrong place.</summary>
    public IEnumerable<string> Wrong => [.. _service.Wrong, .. Users.Wrong];

    /// <param name="relay">Where the relay is.</param>
    /// <param name="session">Its number.</param>
    /// <param name="users">How many.</param>
    /// <param name="folder">For the secret.</param>
    public static async Task<ProgramSession> StartAsync(IPEndPoint relay, int session, int users, string folder)
    {
        string secret = Path.Combine(folder, string.Create(CultureInfo.InvariantCulture, $"secret{session}"));
        await File.WriteAllTextAsync(secret, Convert.ToHexString(RandomNumberGenerator.GetBytes(16)));
        string via = $"via:{relay},session=file:{secret}";
        var service = new StampedService(session);
        ChildProcess beside = TheProgram.Start("server-to-socket", via, service.EndPoint.ToString(), "--json");
        await beside.LineAsync("listening");
        ChildProcess user = TheProgram.Start("server-to-socket", "127.0.0.1:0", via, "--json");
        return new ProgramSession(service, beside, user, new StampedUsers(new IPEndPoint(IPAddress.Loopback, await user.ListeningAsync(Side.A)), session, users));
    }

    /// <summary>Stops both, and looks at all that they have told: every connection ended once, with a reason, and so did whatever was turned away.</summary>
    /// <returns>How many connections there were.</returns>
    public async Task<int> ExpectReasonsAsync() => ExpectReasons(await _user.StopAsync()) + ExpectReasons(await _beside.StopAsync());

    public async ValueTask DisposeAsync()
    {
        await _user.DisposeAsync();
        await _beside.DisposeAsync();
        await _service.DisposeAsync();
    }

    private static int ExpectReasons(IReadOnlyList<string> lines)
    {
        var open = new HashSet<long>();
        int count = 0;
        foreach (string line in lines)
        {
            using var told = JsonDocument.Parse(line);
            string kind = told.RootElement.GetProperty("event").GetString()!;
            if (kind == "joined")
            {
                Assert.True(open.Add(told.RootElement.GetProperty("id").GetInt64()), $"joined twice: {line}");
                count++;
            }
            else if (kind == "closed")
            {
                Assert.True(open.Remove(told.RootElement.GetProperty("id").GetInt64()), $"ended twice, or never joined: {line}");
            }

            Assert.True(kind is not ("closed" or "refused") || !string.IsNullOrEmpty(told.RootElement.GetProperty("reason").GetString()), $"no reason: {line}");
            Assert.True(kind != "refused" || !string.IsNullOrEmpty(told.RootElement.GetProperty("detail").GetString()), $"no word why: {line}");
        }

        Assert.Empty(open);
        return count;
    }
}
