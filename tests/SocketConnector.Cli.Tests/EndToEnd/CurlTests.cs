using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using SocketConnector.Cli.Tests.Processes;
using SocketConnector.TestKit;

namespace SocketConnector.Cli.Tests.EndToEnd;

[Collection(RealPrograms.Name)]
public sealed class CurlTests
{
    private const int Block = 1024 * 1024;
    private const int Blocks = 256;

    [Fact]
    public async Task B73_curl_downloads_256_mebibytes()
    {
        string curl = Tool.Find("curl");
        using var server = new TestServer();
        await using ChildProcess program = TheProgram.Start("server-to-socket", "127.0.0.1:0", server.EndPoint.ToString());
        int port = await program.ListeningAsync(Side.A);
        string file = Path.GetTempFileName();
        try
        {
            await using ChildProcess download = ChildProcess.Start(
                curl,
                ["--silent", "--show-error", "--noproxy", "*", "--output", file, string.Create(CultureInfo.InvariantCulture, $"http://127.0.0.1:{port}/file")]);
            string sent = await ServeAsync(server);

            await download.ExpectExitAsync(0, TimeSpan.FromMinutes(1));
            await using FileStream copy = File.OpenRead(file);
            Assert.Equal((long)Blocks * Block, copy.Length);
            Assert.Equal(sent, Convert.ToHexString(await SHA256.HashDataAsync(copy, TestContext.Current.CancellationToken)));
        }
        finally
        {
            File.Delete(file);
        }
    }

    /// <summary>One answer to one request, of blocks that differ.</summary>
    /// <returns>The hash of the body.</returns>
    private static async Task<string> ServeAsync(TestServer server)
    {
        using TestPeer client = await server.AcceptAsync();
        string request = "";
        while (!request.EndsWith("\r\n\r\n", StringComparison.Ordinal))
        {
            request += await client.ReadTextAsync(1);
        }

        Assert.StartsWith("GET /file HTTP/1.1\r\n", request, StringComparison.Ordinal);
        await client.WriteAsync(string.Create(CultureInfo.InvariantCulture, $"HTTP/1.1 200 OK\r\nContent-Length: {(long)Blocks * Block}\r\nConnection: close\r\n\r\n"));
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        byte[] block = RandomBytes.Of(seed: 256, Block);
        for (int i = 0; i < Blocks; i++)
        {
            Encoding.ASCII.GetBytes(i.ToString("D8", CultureInfo.InvariantCulture), block);
            hash.AppendData(block);
            await client.WriteAsync(block);
        }

        client.EndHalf();
        return Convert.ToHexString(hash.GetHashAndReset());
    }
}
