using System.Net;
using System.Text;
using SocketConnector.TestKit;

namespace SocketConnector.Admin.Tests;

/// <summary>Captures over the channel, read by tshark.</summary>
public sealed class CaptureTests : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("admin-capture-");

    public void Dispose() => _folder.Delete(recursive: true);

    [Fact]
    public async Task B133_A_capture_is_streamed_until_the_connector_has_ended_and_tshark_reads_it()
    {
        await using AdminHost host = await AdminHost.OnUnixAsync();
        await using RelayedPair pair = await RelayedPair.StartAsync(Mode.ServerToSocket);
        using IDisposable shown = host.Server.Add(pair.Connector);
        using HttpResponseMessage response = await OpenAsync(host, "/v1/capture");
        Assert.Equal("application/x-pcapng", response.Content.Headers.ContentType!.ToString());
        string file = Path.Join(_folder.FullName, "one.pcapng");
        Task saving = SaveAsync(response, file);
        await pair.A.WriteAsync("question");
        await pair.B.ReadAsync(8);
        await pair.B.WriteAsync("answer");
        await pair.A.ReadAsync(6);
        await Eventually.TrueAsync(() => Read(file).Contains("answer", StringComparison.Ordinal));
        pair.A.EndHalf();
        pair.B.EndHalf();
        await pair.Connector.StopAsync(TestContext.Current.CancellationToken);
        await saving.InTimeAsync();
        Assert.Equal(("question", "answer"), await Tshark.FollowAsync(file));
        Assert.Contains("completed", await Tshark.CommentsAsync(file), StringComparison.Ordinal);
    }

    [Fact]
    public async Task B133_A_capture_of_one_connection_ends_with_it_and_holds_nothing_of_others()
    {
        await using AdminHost host = await AdminHost.OnUnixAsync();
        await using Crowd crowd = await Crowd.StartAsync(2);
        using IDisposable shown = host.Server.Add(crowd.Connector);
        Connection wanted = crowd.Connector.GetConnections().Single(one => one.PeerA.RemoteEndPoint!.Equals(crowd.Peers[1].LocalEndPoint));
        using HttpResponseMessage response = await OpenAsync(host, $"/v1/capture?connection={wanted.Id}");
        string file = Path.Join(_folder.FullName, "one.pcapng");
        Task saving = SaveAsync(response, file);
        await crowd.Peers[0].WriteAsync("not this");
        await crowd.Peers[1].WriteAsync("this");
        await Eventually.TrueAsync(() => wanted.BytesAToB == 4);
        crowd.Peers[1].Reset();
        await saving.InTimeAsync();
        Assert.Equal(("this", ""), await Tshark.FollowAsync(file));
        Assert.DoesNotContain("not this", Encoding.Latin1.GetString(await File.ReadAllBytesAsync(file, TestContext.Current.CancellationToken)), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("side=A&port={0}", true)]
    [InlineData("side=B&port={0}", false)]
    [InlineData("address=127.0.0.0/8&port={0}", true)]
    [InlineData("address=192.0.2.1", false)]
    [InlineData("address=127.0.0.1&side=A", true)]
    public async Task B133_A_capture_holds_what_was_asked_for(string filter, bool isCaptured)
    {
        await using AdminHost host = await AdminHost.OnUnixAsync();
        await using Crowd crowd = await Crowd.StartAsync(0);
        using IDisposable shown = host.Server.Add(crowd.Connector);
        using HttpResponseMessage response = await OpenAsync(host, $"/v1/capture?{string.Format(null, filter, crowd.Connector.PortA)}");
        string file = Path.Join(_folder.FullName, "one.pcapng");
        Task saving = SaveAsync(response, file);
        TestPeer peer = await crowd.AddAsync();
        await peer.WriteAsync("look at this");
        await Eventually.TrueAsync(() => crowd.Connector.GetConnections().Any(static one => one.BytesAToB == 12));
        crowd.Forget();
        await crowd.Connector.StopAsync(TestContext.Current.CancellationToken);
        await saving.InTimeAsync();
        Assert.Equal(isCaptured, Encoding.Latin1.GetString(await File.ReadAllBytesAsync(file, TestContext.Current.CancellationToken)).Contains("look at this", StringComparison.Ordinal));
    }

    [Fact]
    public async Task B133_So_many_captures_run_at_once_and_one_whose_reader_goes_makes_room()
    {
        await using AdminHost host = await AdminHost.OnUnixAsync();
        await using RelayedPair pair = await RelayedPair.StartAsync(Mode.ServerToSocket);
        using IDisposable shown = host.Server.Add(pair.Connector);
        List<HttpResponseMessage> running = [];
        for (int i = 0; i < Resources.Captures.MaxCaptures; i++)
        {
            running.Add(await OpenAsync(host, "/v1/capture"));
        }

        Assert.Equal(HttpStatusCode.TooManyRequests, (await host.SendAsync(HttpMethod.Get, "/v1/capture")).Status);
        running[0].Dispose();
        HttpStatusCode status = HttpStatusCode.TooManyRequests;
        for (int tries = 0; tries < 400 && status != HttpStatusCode.OK; tries++)
        {
            using HttpResponseMessage again = await host.Client.GetAsync("/v1/capture", HttpCompletionOption.ResponseHeadersRead, TestContext.Current.CancellationToken);
            status = again.StatusCode;
            await Task.Delay(10, TestContext.Current.CancellationToken);
        }

        Assert.Equal(HttpStatusCode.OK, status);
        running.ForEach(static one => one.Dispose());
        await pair.A.WriteAsync("the relay goes on");
        Assert.Equal("the relay goes on", await pair.B.ReadTextAsync(17));
    }

    private static string Read(string file)
    {
        using var reader = new StreamReader(new FileStream(file, FileMode.Open, FileAccess.Read, FileShare.ReadWrite), Encoding.Latin1);
        return reader.ReadToEnd();
    }

    private static Task<HttpResponseMessage> OpenAsync(AdminHost host, string path) =>
        host.Client.GetAsync(path, HttpCompletionOption.ResponseHeadersRead, TestContext.Current.CancellationToken);

    private static async Task SaveAsync(HttpResponseMessage response, string file)
    {
        await using var save = new FileStream(file, FileMode.Create, FileAccess.Write, FileShare.ReadWrite, bufferSize: 0);
        await response.Content.CopyToAsync(save, TestContext.Current.CancellationToken);
    }
}
