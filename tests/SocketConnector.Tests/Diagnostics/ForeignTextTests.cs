using System.Buffers;
using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using System.Globalization;
using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using System.Threading.Channels;
using SocketConnector.ProxyProtocol;
using SocketConnector.TestKit;
using SocketConnector.Tests.Taps;
using SocketConnector.Tests.Transports;

namespace SocketConnector.Tests.Diagnostics;

/// <summary>Texts that a peer has chosen, in every place that takes one, and everything that is then said.</summary>
public sealed class ForeignTextTests : IDisposable
{
    // Clears a screen, begins a line, turns what follows around, ends a string, is no text.
    private const string Path = "x\e[2J\n#7 closed\r\u202e\u009b31m\u2028\u200f\u007f";
    private const string ShownPath = @"x\x1b[2J\n#7 closed\r\u202e\x9b31m\u2028\u200f\x7f";
    private const string Text = $"{Path}\0\ud800z\udc00";
    private const string Shown = $@"{ShownPath}\x00\ud800z\udc00";

    // Of the length of the name that a well-behaved client asks for.
    private const string GoodName = "the-name-that-a-client-asks-for.example";
    private const string BadName = "x\e[2J\n12:00:00.000 #7 closed\r\e]0;t\a\t\b\v\f";

    private static readonly HashSet<UnicodeCategory> _unsafe =
        [UnicodeCategory.Control, UnicodeCategory.Format, UnicodeCategory.LineSeparator, UnicodeCategory.ParagraphSeparator, UnicodeCategory.Surrogate];

    private readonly string _folder = Directory.CreateTempSubdirectory("foreign-").FullName;
    private readonly TestServer _target = new();
    private readonly TestAuthority _authority = new();
    private readonly LogCollector _log = new();
    private readonly Channel<ConnectionEvent> _events = Channel.CreateUnbounded<ConnectionEvent>();
    private readonly ConcurrentQueue<string> _measured = new();
    private readonly OneMeter _meter = new();
    private readonly MeterListener _listener;

    public ForeignTextTests()
    {
        _listener = new MeterListener
        {
            InstrumentPublished = (instrument, self) =>
            {
                if (ReferenceEquals(instrument.Meter, _meter.Meter))
                {
                    self.EnableMeasurementEvents(instrument);
                }
            },
        };
        _listener.SetMeasurementEventCallback<long>((instrument, _, tags, _) => Measured(instrument, tags));
        _listener.SetMeasurementEventCallback<double>((instrument, _, tags, _) => Measured(instrument, tags));
        _listener.Start();
    }

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    private ConnectorOptions Options => new() { GracePeriod = Timeout.InfiniteTimeSpan, LoggerFactory = _log, Events = _events.Writer, MeterFactory = _meter };

    [Fact]
    public Task B100_The_reason_of_a_verifier() =>
        ClientAsync(new ListenOptions(IPAddress.Loopback, 0) { AuthVerifier = (_, _) => ValueTask.FromResult(AuthResult.Reject(Text)) }, " closed before ", Shown);

    [Fact]
    public Task B100_What_a_verifier_throws() =>
        ClientAsync(new ListenOptions(IPAddress.Loopback, 0) { AuthVerifier = (_, _) => throw new InvalidOperationException(Text) }, " closed before ", Shown);

    [Fact]
    public Task B100_An_identity() =>
        ClientAsync(new ListenOptions(IPAddress.Loopback, 0) { AuthVerifier = (_, _) => ValueTask.FromResult(AuthResult.Accept(identity: Text)) }, " joined ", Shown);

    [Fact]
    public Task B100_A_key_to_pair_by_is_shown_nowhere() =>
        ClientAsync(new ListenOptions(IPAddress.Loopback, 0) { AuthVerifier = (_, _) => ValueTask.FromResult(AuthResult.Accept(key: Text)) }, " joined ", null);

    [Fact]
    public Task B100_What_a_hook_throws() =>
        ClientAsync(new ListenOptions(IPAddress.Loopback, 0), " closed before ", Shown, Options with { BeforeJoining = (_, _) => throw new InvalidOperationException(Text) });

    [Fact]
    public Task B100_What_a_transformer_throws() =>
        ClientAsync(new ListenOptions(IPAddress.Loopback, 0) { Transformer = (_, _, _) => throw new InvalidOperationException(Text) }, " closed: ", Shown);

    [Fact]
    public Task B100_What_a_tap_throws() => ClientAsync(new ListenOptions(IPAddress.Loopback, 0), " is detached", Shown, Options with
    {
        BeforeJoining = (context, _) =>
        {
            context.Attach(new SeeingTap { Acting = _ => throw new InvalidOperationException(Text) });
            return ValueTask.CompletedTask;
        },
    });

    [Fact]
    public Task B100_What_flows() => ClientAsync(new ListenOptions(IPAddress.Loopback, 0), "A -> B", "x*[2J*#7 closed*", Options with { LogTraffic = true }, Encoding.UTF8.GetBytes(Path));

    [Fact]
    public async Task B100_The_address_of_a_stream_and_what_a_transport_throws()
    {
        var near = new MemoryEndPoint(Text);
        await using (Connector connector = await Connector.ServerToSocketAsync(new ListenOptions(near), new ConnectOptions(new MemoryEndPoint("far") { Refusal = new IOException(Text) }), Options, Cancelled))
        {
            using MemoryEnd client = near.Dial();
            await _log.FirstAsync(" closed before ");
            near.BringNext(() => throw new IOException(Text));
            await _log.FirstAsync(" cannot accept ");
            AssertLegible(connector, Shown);
        }

        Assert.Contains(_log.Entries, entry => entry.Message.Contains($"client 1 of {Shown}", StringComparison.Ordinal));
    }

    [Fact]
    public async Task B100_What_a_caller_is_thrown()
    {
        await using var connector = new Connector(Options);
        var target = new ConnectOptions(new MemoryEndPoint(Text) { Refusal = new IOException(Text) });
        AssertLegible((await Assert.ThrowsAnyAsync<Exception>(() => connector.JoinAsync(target, target, Cancelled))).Message);
        foreach (SocketAuthVerifier verifier in (SocketAuthVerifier[])[(_, _) => throw new IOException(Text), (_, _) => ValueTask.FromResult(AuthResult.Reject(Text))])
        {
            var verified = new ConnectOptions(_target.EndPoint) { AuthVerifier = verifier };
            AssertLegible((await Assert.ThrowsAnyAsync<Exception>(() => connector.JoinAsync(verified, new ConnectOptions(_target.EndPoint), Cancelled))).Message);
        }

        AssertLegible(new CloseInfo(CloseReason.TransformFailed, Side.A, new IOException(Text), TimeSpan.Zero).ToString());
        AssertLegible(AuthResult.Reject(Text).ToString());
        Assert.Equal("AuthResult { IsAccepted = True, Reason = , Identity = alice }", AuthResult.Accept("the word of a pair", identity: "alice").ToString());
    }

    [Fact]
    public async Task B100_The_path_of_a_Unix_socket()
    {
        var listening = new UnixDomainSocketEndPoint($"{_folder}/l{Path}");
        await using Connector connector = await StartAsync(new ListenOptions(listening));
        using TestPeer client = await TestPeer.ConnectAsync(listening, socket => socket.Bind(new UnixDomainSocketEndPoint($"{_folder}/c{Path}")));
        await _log.FirstAsync(" joined ");
        AssertLegible(connector, $"c{ShownPath}");
        AssertLegible(connector, $"l{ShownPath}");
    }

    [Fact]
    public async Task B100_What_a_PROXY_header_tells()
    {
        byte[] header = new byte[1024], tlvs = new byte[512];
        var writer = new ProxyTlvWriter(tlvs);
        Assert.True(writer.TryWrite(ProxyTlvType.Authority, Encoding.UTF8.GetBytes(Path)) && writer.TryWrite(ProxyTlvType.Alpn, Encoding.UTF8.GetBytes(Path)));
        var from = new UnixDomainSocketEndPoint(Path);
        Assert.True(ProxyHeaderWriter.TryWriteV2(from, from, new ReadOnlySequence<byte>(tlvs, 0, writer.Written), header, out int length));
        await ClientAsync(new ListenOptions(IPAddress.Loopback, 0) { AcceptProxyFrom = [IPNetwork.Parse("127.0.0.0/8")] }, " joined ", ShownPath, saying: header[..length]);
    }

    [Fact]
    public async Task B100_A_PROXY_header_that_is_none() =>
        await ClientAsync(new ListenOptions(IPAddress.Loopback, 0) { AcceptProxyFrom = [IPNetwork.Parse("127.0.0.0/8")] }, " closed before ", null, saying: Encoding.UTF8.GetBytes($"PROXY {Path}\r\n"));

    [Fact]
    public async Task B100_The_subject_of_a_certificate()
    {
        using X509Certificate2 mine = _authority.Issue("localhost"), theirs = TestAuthority.SelfSigned("localhost", TestAuthority.ClientUse, new X500DistinguishedName(Subject()));
        var required = new SslServerAuthenticationOptions { ServerCertificate = mine, ClientCertificateRequired = true, CertificateChainPolicy = _authority.Trust };
        await using Connector connector = await StartAsync(new ListenOptions(IPAddress.Loopback, 0) { Tls = new TlsListenOptions(required) });
        var asking = new SslClientAuthenticationOptions { TargetHost = "localhost", CertificateChainPolicy = _authority.Trust, ClientCertificates = [theirs] };
        Assert.Equal(TlsRefusal.End, await TlsRefusal.OfClientAsync(connector.EndPointA!, asking));
        LogEntry refused = await _log.FirstAsync(" closed before ");
        Assert.Contains("TLS failed", refused.Message, StringComparison.Ordinal);
        AssertLegible(connector, ShownPath);
    }

    [Fact]
    public async Task B100_The_server_and_the_protocols_that_a_client_names()
    {
        using X509Certificate2 mine = _authority.Issue("localhost");
        SslClientHelloInfo asked = default;
        var select = new TlsListenOptions((_, hello, _, _) => (asked = hello).ServerName is "localhost"
            ? ValueTask.FromResult(new SslServerAuthenticationOptions { ServerCertificate = mine, ApplicationProtocols = [new SslApplicationProtocol(Encoding.UTF8.GetBytes(Path))] })
            : throw new InvalidOperationException($"there is no certificate for {hello.ServerName}"));
        await using Connector connector = await StartAsync(new ListenOptions(IPAddress.Loopback, 0) { Tls = select });
        using (TestPeer client = await TestPeer.ConnectAsync(connector.EndPointA!))
        {
            await client.WriteAsync(Replace(await HelloAsync(GoodName), GoodName, BadName));
            await _log.FirstAsync(" closed before ");
        }

        using TlsPeer settled = await TlsPeer.ConnectAsync(connector.EndPointA!, new SslClientAuthenticationOptions
        {
            TargetHost = "localhost",
            CertificateChainPolicy = _authority.Trust,
            ApplicationProtocols = [new SslApplicationProtocol(Encoding.UTF8.GetBytes(Path))],
        });
        await _log.FirstAsync(" joined ");
        Assert.Equal(Encoding.UTF8.GetBytes(Path), Assert.Single(connector.GetConnections()).PeerA.Tls!.ApplicationProtocol.Protocol.ToArray());
        AssertLegible(connector, "there is no certificate for ");
    }

    public void Dispose()
    {
        _listener.Dispose();
        _meter.Dispose();
        _target.Dispose();
        _authority.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    private async Task ClientAsync(ListenOptions listen, string until, string? shown, ConnectorOptions? options = null, byte[]? saying = null)
    {
        await using Connector connector = await StartAsync(listen, options);
        using TestPeer client = await TestPeer.ConnectAsync(connector.EndPointA!);
        try
        {
            await client.WriteAsync(saying ?? "hello"u8.ToArray());
        }
        catch (SocketException)
        {
            // It was reset already.
        }

        await _log.FirstAsync(until);
        AssertLegible(connector, shown);
    }

    private Task<Connector> StartAsync(ListenOptions listen, ConnectorOptions? options = null) =>
        Connector.ServerToSocketAsync(listen, new ConnectOptions(_target.EndPoint), options ?? Options, Cancelled);

    /// <summary>Looks at everything that was said so far.</summary>
    private void AssertLegible(Connector connector, string? shown)
    {
        ConnectorStats stats = connector.GetStats();
        List<string> told = [stats.ToString(), stats.ToJson(), .. stats.RemotesA.Concat(stats.RemotesB).Select(remote => remote.Address), .. _measured];
        told.AddRange(_log.Entries.SelectMany(entry => (string[])[entry.Message, $"{entry.Exception}", $"{entry.Scope}"]));
        told.AddRange(connector.GetConnections().SelectMany(connection => (string[])[connection.PeerA.ToString(), connection.PeerB.ToString()]));
        while (_events.Reader.TryRead(out ConnectionEvent? happened))
        {
            told.AddRange([happened.ToString(), happened.Detail ?? "", $"{happened.PeerA}", $"{happened.PeerB}"]);
        }

        told.ForEach(AssertLegible);
        Assert.Equal(shown is not null, told.Exists(text => text.Contains(shown ?? "[2J", StringComparison.Ordinal)));
    }

    private static void AssertLegible(string text) =>
        Assert.True(text.All(character => !_unsafe.Contains(CharUnicodeInfo.GetUnicodeCategory(character))), Convert.ToHexString(Encoding.BigEndianUnicode.GetBytes(text)) + text);

    private void Measured(Instrument instrument, ReadOnlySpan<KeyValuePair<string, object?>> tags) =>
        _measured.Enqueue(string.Join(' ', [instrument.Name, .. tags.ToArray().Select(tag => $"{tag.Key}={tag.Value}")]));

    /// <summary>The first thing that a client says which asks for that server.</summary>
    private static async Task<byte[]> HelloAsync(string name)
    {
        using var recorded = new MemoryStream();
        await using var tls = new SslStream(recorded);
        await Assert.ThrowsAsync<IOException>(() => tls.AuthenticateAsClientAsync(name));
        return recorded.ToArray();
    }

    private static byte[] Replace(byte[] bytes, string from, string to)
    {
        Assert.Equal(from.Length, to.Length);
        int at = bytes.AsSpan().IndexOf(Encoding.ASCII.GetBytes(from));
        Encoding.ASCII.GetBytes(to).CopyTo(bytes, at);
        return bytes;
    }

    /// <summary>CN of any characters (RFC 5280, UTF8String), which the names of .NET do not allow to be written so.</summary>
    private static byte[] Subject()
    {
        var name = new System.Formats.Asn1.AsnWriter(System.Formats.Asn1.AsnEncodingRules.DER);
        using (name.PushSequence())
        using (name.PushSetOf())
        using (name.PushSequence())
        {
            name.WriteObjectIdentifier("2.5.4.3");
            name.WriteCharacterString(System.Formats.Asn1.UniversalTagNumber.UTF8String, Path);
        }

        return name.Encode();
    }
}
