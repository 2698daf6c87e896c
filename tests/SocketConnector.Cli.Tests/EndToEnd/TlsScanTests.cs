using System.Globalization;
using System.Text.Json;
using System.Xml.Linq;
using SocketConnector.Cli.Tests.Processes;

namespace SocketConnector.Cli.Tests.EndToEnd;

/// <summary>What scanners find on a side that listens.</summary>
[Collection(RealPrograms.Name)]
public sealed class TlsScanTests : IDisposable
{
    // Protocols, categories of ciphers, Heartbleed, CCS injection, Ticketbleed, renegotiation, CRIME, fallback, SWEET32, FREAK, LOGJAM, DROWN, RC4:
    // what TLS itself decides, and what takes a quarter of a minute. Not the certificate, HTTP, nor the lists of every cipher and client.
    private static readonly string[] _checks = ["-p", "-s", "-H", "-I", "-T", "-R", "-C", "-Z", "-W", "-F", "-J", "-D", "-4"];

    // Ciphers of TLS 1.2 without AEAD, by the names of two versions; only those with ephemeral keys are offered. And one of the scanner's own.
    private static readonly string[] _known = ["cipherlist_AVERAGE", "cipherlist_OBSOLETED", "engine_problem"];

    private static readonly string[] _strong = ["strong", "acceptable"];

    private readonly TlsFiles _files = new();

    [Fact]
    public async Task B92_sslscan_finds_no_old_version_no_weak_cipher_no_renegotiation_and_no_compression()
    {
        await using var target = new EchoServer();
        await using ChildProcess program = TheProgram.Start("server-to-socket", _files.Listen(), target.EndPoint.ToString());
        string result = Path.Combine(_files.Folder, "sslscan.xml");
        int port = await program.ListeningAsync(Side.A);
        await using ChildProcess scan = ChildProcess.Start(
            Tool.Find("sslscan"), [$"--xml={result}", "--no-colour", "--sni-name=localhost", string.Create(CultureInfo.InvariantCulture, $"127.0.0.1:{port}")]);
        await scan.ExpectExitAsync(0, TimeSpan.FromMinutes(1));

        XElement test = XDocument.Load(result).Root!.Element("ssltest")!;
        Assert.Equal(
            ["ssl 2 0", "ssl 3 0", "tls 1.0 0", "tls 1.1 0", "tls 1.2 1", "tls 1.3 1"],
            test.Elements("protocol").Select(protocol => $"{Value(protocol, "type")} {Value(protocol, "version")} {Value(protocol, "enabled")}").Order(StringComparer.Ordinal));
        Assert.Equal("0", Value(test.Element("renegotiation")!, "supported"));
        Assert.All(test.Elements("compression"), compression => Assert.Equal("0", Value(compression, "supported")));
        Assert.All(test.Elements("heartbleed"), heartbleed => Assert.Equal("0", Value(heartbleed, "vulnerable")));
        Assert.NotEmpty(test.Elements("cipher"));
        Assert.All(test.Elements("cipher"), cipher =>
        {
            Assert.True(int.Parse(Value(cipher, "bits")!, CultureInfo.InvariantCulture) >= 128, $"{cipher}");
            Assert.Contains(Value(cipher, "strength"), _strong);
            Assert.Matches("^(TLS_|ECDHE-)", Value(cipher, "cipher"));
        });
    }

    [Fact]
    public async Task B92_testssl_finds_nothing_worse_than_a_note()
    {
        await using var target = new EchoServer();
        await using ChildProcess program = TheProgram.Start("server-to-socket", _files.Listen(), target.EndPoint.ToString());
        string result = Path.Combine(_files.Folder, "testssl.json");
        int port = await program.ListeningAsync(Side.A);
        await using ChildProcess scan = ChildProcess.Start(
            Tool.Find("testssl"),
            ["--quiet", "--color", "0", "--warnings", "batch", "--ip", "one", "--jsonfile", result, .. _checks, string.Create(CultureInfo.InvariantCulture, $"127.0.0.1:{port}")]);
        scan.Input.Close();
        await scan.ExpectExitAsync(0, TimeSpan.FromSeconds(100));

        using JsonDocument findings = JsonDocument.Parse(await File.ReadAllTextAsync(result, TestContext.Current.CancellationToken));
        var all = findings.RootElement.EnumerateArray().ToDictionary(each => each.GetProperty("id").GetString()!, each => each, StringComparer.Ordinal);
        foreach (string expected in (string[])["SSLv2", "SSLv3", "TLS1", "TLS1_1", "TLS1_2", "TLS1_3", "heartbleed", "CCS", "secure_client_renego", "CRIME_TLS", "SWEET32", "RC4"])
        {
            Assert.Contains(expected, all.Keys);
        }

        Assert.Empty(all.Values
            .Where(each => each.GetProperty("severity").GetString() is "LOW" or "MEDIUM" or "HIGH" or "CRITICAL" or "WARN" or "FATAL" && !_known.Contains(each.GetProperty("id").GetString()))
            .Select(each => each.ToString()));
        Assert.Equal("not offered", all["TLS1_1"].GetProperty("finding").GetString());
    }

    public void Dispose() => _files.Dispose();

    private static string? Value(XElement element, string name) => element.Attribute(name)?.Value;
}
