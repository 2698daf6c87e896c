using System.Net.Http.Headers;
using System.Text.Json;
using SocketConnector.Cli.Tests.Processes;
using SocketConnector.TestKit;

namespace SocketConnector.Cli.Tests.EndToEnd;

public sealed class ProgramNameTests
{
    [Fact]
    public async Task B133_The_admin_channel_names_the_program_as_its_users_call_it()
    {
        const string Told = "the admin channel is at ", Token = "the-token-for-everything";
        using var files = new SecretFiles();
        await using ChildProcess program = TheProgram.Start("server-to-server", "127.0.0.1:0", "127.0.0.1:0", "--admin", $"127.0.0.1:0,token={files.Add("full", Token)}");
        await program.ErrorLineAsync(Told);
        using var client = new HttpClient { Timeout = Eventually.Deadline };
        client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", Token);
        var admin = new Uri(program.Errors.First(static line => line.Contains(Told, StringComparison.Ordinal)).Split(Told)[1]);
        using JsonDocument answer = JsonDocument.Parse(await client.GetStringAsync(new Uri(admin, "/v1/connectors"), TestContext.Current.CancellationToken));
        Assert.Equal("socketconnector", answer.RootElement.GetProperty("program").GetProperty("name").GetString());
    }
}
