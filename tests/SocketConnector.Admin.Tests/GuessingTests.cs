using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Text.Json;
using Microsoft.Extensions.Logging;
using SocketConnector.Admin.Access;
using SocketConnector.TestKit;

namespace SocketConnector.Admin.Tests;

/// <summary>What a wrong token costs, and what is told of it.</summary>
public sealed class GuessingTests
{
    private const string Wrong = "a-token-that-is-wrong";

    [Fact]
    public async Task B133_A_wrong_token_is_answered_after_a_second()
    {
        var clock = new ManualClock();
        await using AdminHost host = await AdminHost.OnTcpAsync(options => options with { TimeProvider = clock });
        using HttpClient guessing = host.NewClient(Wrong);
        Task<(HttpStatusCode Status, JsonElement Body)> guess = GuessAsync(host, guessing);
        await Eventually.TrueAsync(() => clock.ActiveTimers == 1);
        clock.Advance(TimeSpan.FromMilliseconds(999));
        Assert.False(guess.IsCompleted);
        clock.Advance(TimeSpan.FromMilliseconds(1));
        Assert.Equal(HttpStatusCode.Unauthorized, (await guess.InTimeAsync()).Status);
    }

    [Fact]
    public async Task B133_However_many_guess_at_once_each_wrong_token_costs_a_second_and_the_right_one_none()
    {
        const int Guesses = Http.WebServer.MaxConnections - 1;
        var clock = new ManualClock();
        await using AdminHost host = await AdminHost.OnTcpAsync(options => options with { TimeProvider = clock });
        using HttpClient guessing = host.NewClient(Wrong);
        Task<(HttpStatusCode Status, JsonElement Body)>[] guesses = [.. Enumerable.Range(0, Guesses).Select(_ => GuessAsync(host, guessing))];
        await Eventually.TrueAsync(() => clock.ActiveTimers == Guesses, explain: () => $"{clock.ActiveTimers} wait, {guesses.Count(static guess => guess.IsCompleted)} are answered");
        Assert.Equal(HttpStatusCode.OK, (await GuessAsync(host, host.Client)).Status);
        Assert.DoesNotContain(guesses, static guess => guess.IsCompleted);
        clock.Advance(WrongTokens.Delay);
        (HttpStatusCode Status, JsonElement Body)[] answers = await Task.WhenAll(guesses).InTimeAsync();
        Assert.Single(answers.Select(static answer => $"{answer.Status} {answer.Body}").Distinct(StringComparer.Ordinal));
        Assert.Equal(HttpStatusCode.Unauthorized, answers[0].Status);
    }

    [Fact]
    public async Task B133_A_guesser_that_does_not_wait_for_the_answer_has_its_connection_taken_for_the_second()
    {
        var clock = new ManualClock();
        await using AdminHost host = await AdminHost.OnTcpAsync(options => options with { TimeProvider = clock });
        byte[] guess = Encoding.ASCII.GetBytes($"GET /v1/connectors HTTP/1.1\r\nHost: {host.EndPoint}\r\nAuthorization: Bearer {Wrong}\r\n\r\n");
        for (int i = 1; i <= Http.WebServer.MaxConnections; i++)
        {
            using TestPeer guesser = await TestPeer.ConnectAsync(host.EndPoint);
            await guesser.WriteAsync(guess);
            await Eventually.TrueAsync(() => clock.ActiveTimers == i, explain: () => $"{clock.ActiveTimers} wait");
            guesser.Reset();
        }

        // Were it free again, there would be as many guesses as connections can be made.
        Assert.False(await IsAnsweredAsync(host), "a further guess was taken within the second");
        clock.Advance(WrongTokens.Delay);
        int tries = 0;
        while (!await IsAnsweredAsync(host))
        {
            Assert.True(tries++ < 400, "after the second no connection is free");
            await Task.Delay(10, TestContext.Current.CancellationToken);
        }
    }

    [Fact]
    public async Task B133_Wrong_tokens_are_told_once_a_second_and_those_between_are_counted()
    {
        var clock = new ManualClock();
        using var log = new LogCollector(LogLevel.Warning);
        using var stopping = new CancellationTokenSource();
        var wrong = new WrongTokens(clock, log.CreateLogger("x"), stopping.Token);
        List<Task> waiting = [wrong.WaitAsync("one"), wrong.WaitAsync("two"), wrong.WaitAsync("three")];
        Assert.Equal(["A wrong token came from one"], Told());

        // Half a second later one more; then the first three have waited, and tell what came since the message.
        clock.Advance(WrongTokens.Delay / 2);
        waiting.Add(wrong.WaitAsync("four"));
        clock.Advance(WrongTokens.Delay / 2);
        await Task.WhenAll(waiting[..3]).InTimeAsync();
        Assert.Equal(["A wrong token came from one", "3 more wrong tokens came, the last from four"], Told());

        // A flood, ten in each tenth of a second: one message for each second of it.
        for (int tenth = 0; tenth < 50; tenth++)
        {
            clock.Advance(WrongTokens.Delay / 10);
            waiting.AddRange(Enumerable.Range(0, 10).Select(_ => wrong.WaitAsync("flood")));
        }

        clock.Advance(WrongTokens.Delay);
        await Task.WhenAll(waiting).InTimeAsync();
        Assert.InRange(Told().Length, 2 + 5, 2 + 6);
        Assert.Equal(500, Told()[2..].Sum(static line => line.StartsWith("A wrong", StringComparison.Ordinal) ? 1 : int.Parse(line.Split(' ')[0], CultureInfo.InvariantCulture)));

        string[] Told() => [.. log.Entries.Select(static entry => entry.Message)];
    }

    [Fact]
    public async Task B100_No_message_and_no_answer_has_a_token_in_it()
    {
        using var log = new LogCollector();
        await using AdminHost host = await AdminHost.OnTcpAsync(options => options with { LoggerFactory = log });
        var answers = new StringBuilder();
        foreach (string token in new[] { AdminHost.Token, AdminHost.ReadOnlyToken, Wrong })
        {
            using HttpClient client = host.NewClient(token);
            foreach ((HttpMethod method, string path) in new[] { (HttpMethod.Get, "/v1/connectors"), (HttpMethod.Get, "/v1/stats"), (HttpMethod.Post, "/v1/connectors/1/drain"), (HttpMethod.Post, "/logout") })
            {
                using HttpResponseMessage answer = await client.SendAsync(new HttpRequestMessage(method, path), TestContext.Current.CancellationToken);
                answers.AppendLine($"{answer} {await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken)}");
            }

            using HttpResponseMessage login = await client.PostAsync("/login", new FormUrlEncodedContent([new("token", token)]), TestContext.Current.CancellationToken);
            answers.AppendLine($"{login} {await login.Content.ReadAsStringAsync(TestContext.Current.CancellationToken)}");
        }

        await log.FirstAsync("wrong token");
        foreach (string token in new[] { AdminHost.Token, AdminHost.ReadOnlyToken, Wrong })
        {
            Assert.DoesNotContain(token, log.Text, StringComparison.Ordinal);
            Assert.DoesNotContain(token, answers.ToString(), StringComparison.Ordinal);
        }
    }

    [Fact]
    public void B133_A_token_that_could_be_guessed_is_refused_with_the_name_of_its_option()
    {
        var options = new AdminOptions { EndPoint = new IPEndPoint(IPAddress.Loopback, 0) };
        foreach (string brief in new[] { "", "x", "fifteen-letters" })
        {
            Assert.Equal("Token", Assert.Throws<ArgumentException>(() => options with { Token = brief }).ParamName);
            ArgumentException error = Assert.Throws<ArgumentException>(() => options with { ReadOnlyToken = brief });
            Assert.Equal("ReadOnlyToken", error.ParamName);
            Assert.StartsWith("must have at least 16 characters", error.Message, StringComparison.Ordinal);
        }

        Assert.Equal("sixteen--letters", (options with { Token = "sixteen--letters" }).Token);
    }

    private static Task<(HttpStatusCode Status, JsonElement Body)> GuessAsync(AdminHost host, HttpClient client) => host.SendAsync(HttpMethod.Get, "/v1/connectors", client: client);

    /// <summary>Whether a connection is taken; beyond the limit it is closed as soon as it is there.</summary>
    private static async Task<bool> IsAnsweredAsync(AdminHost host)
    {
        using TestPeer peer = await TestPeer.ConnectAsync(host.EndPoint);
        try
        {
            await peer.WriteAsync($"GET /healthz HTTP/1.1\r\nHost: {host.EndPoint}\r\nConnection: close\r\n\r\n");
            return (await peer.ReadTextToEndAsync()).StartsWith("HTTP/1.1 200", StringComparison.Ordinal);
        }
        catch (SocketException)
        {
            return false;
        }
    }
}
