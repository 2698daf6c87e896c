using System.Buffers.Binary;
using System.Net.Security;
using System.Net.Sockets;
using SocketConnector.Rendezvous.EndToEnd;
using SocketConnector.Rendezvous.Wire;
using SocketConnector.TestKit;

namespace SocketConnector.Rendezvous.Tests.EndToEnd;

/// <summary>What an end says before it has a partner, and how it goes on.</summary>
public sealed class FirstFlightTests
{
    private const byte HandshakeRecord = 22;
    private const int ServerName = 0;
    private const int SupportedVersions = 43;

    [Theory]
    [InlineData(nameof(EndToEndMode.Tls), nameof(EndRole.Listen), false)]
    [InlineData(nameof(EndToEndMode.Tls), nameof(EndRole.Connect), true)]
    [InlineData(nameof(EndToEndMode.Proof), nameof(EndRole.Listen), false)]
    [InlineData(nameof(EndToEndMode.Proof), nameof(EndRole.Connect), true)]
    [InlineData(nameof(EndToEndMode.None), nameof(EndRole.Listen), false)]
    [InlineData(nameof(EndToEndMode.None), nameof(EndRole.Connect), false)]
    public async Task Only_an_end_that_connects_says_something_early(string mode, string role, bool isEarly)
    {
        using FirstFlight flight = await FirstFlight.BeginAsync(Enum.Parse<EndToEndMode>(mode), Enum.Parse<EndRole>(role), Meeting.Keys, CancellationToken.None);
        using FirstFlight another = await FirstFlight.BeginAsync(Enum.Parse<EndToEndMode>(mode), Enum.Parse<EndRole>(role), Meeting.Keys, CancellationToken.None);
        Assert.InRange(flight.Early.Length, isEarly ? 16 : 0, isEarly ? FirstFlight.MaxEarlyLength : 0);
        Assert.True(!isEarly || !flight.Early.Span.SequenceEqual(another.Early.Span));
    }

    [Fact]
    public async Task A_ClientHello_is_early_whole_and_names_no_server()
    {
        using FirstFlight flight = await FirstFlight.BeginAsync(EndToEndMode.Tls, EndRole.Connect, Meeting.Keys, CancellationToken.None);
        byte[] early = flight.Early.ToArray();
        Assert.Equal(HandshakeRecord, early[0]);
        Assert.Equal(early.Length, Assert.Single(Carrier.RecordsOf(early)).Length);
        int[] extensions = [.. ExtensionsOf(early)];
        Assert.Contains(SupportedVersions, extensions);
        Assert.DoesNotContain(ServerName, extensions);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(100)]
    public async Task What_is_too_long_to_be_early_follows(int most)
    {
        (MemoryWire near, MemoryWire far) = MemoryWire.CreatePair();
        EndCertificate certificate = new();
        using FirstFlight connect = await TlsFlight.BeginAsync(EndRole.Connect, Meeting.Keys, certificate, most, CancellationToken.None);
        using FirstFlight listen = await TlsFlight.BeginAsync(EndRole.Listen, Meeting.Keys, certificate, most, CancellationToken.None);
        Assert.Equal(most, connect.Early.Length);
        await far.WriteAsync(connect.Early, CancellationToken.None);
        Task<EndTransport> listening = listen.ContinueAsync(near.Transport, CancellationToken.None).AsTask();
        await connect.ContinueAsync(far.Transport, CancellationToken.None);
        await listening;
    }

    [Fact]
    public async Task It_is_spoken_over_sockets_and_as_much_is_said_as_there_is_room_for()
    {
        using SocketPair pair = await SocketPair.CreateAsync();
        using FirstFlight connect = await FirstFlight.BeginAsync(EndToEndMode.Tls, EndRole.Connect, Meeting.Keys, CancellationToken.None);
        using FirstFlight listen = await FirstFlight.BeginAsync(EndToEndMode.Tls, EndRole.Listen, Meeting.Keys, CancellationToken.None);
        EndTransport near = TransportOf(pair.Near.Socket), far = TransportOf(pair.Far.Socket);
        await near.Stream.WriteAsync(connect.Early, CancellationToken.None);
        Task<EndTransport> listening = listen.ContinueAsync(far, CancellationToken.None).AsTask();
        EndTransport connected = await connect.ContinueAsync(near, CancellationToken.None);
        EndTransport listened = await listening;

        byte[] words = RandomBytes.Of(1, 10_000_000);
        Task<string> hearing = HashAsync(listened.Stream), hearingBack = HashAsync(connected.Stream);
        await Task.WhenAll(SayAsync(connected, words), SayAsync(listened, words)).InTimeAsync();
        Assert.Equal(RandomBytes.Sha256(words), await hearing.InTimeAsync());
        Assert.Equal(RandomBytes.Sha256(words), await hearingBack.InTimeAsync());
        await connected.Stream.DisposeAsync();
        Assert.False(pair.Near.Socket.Connected);
    }

    [Theory]
    [InlineData(nameof(EndToEndMode.Tls), nameof(EndRole.Listen))]
    [InlineData(nameof(EndToEndMode.Tls), nameof(EndRole.Connect))]
    [InlineData(nameof(EndToEndMode.Proof), nameof(EndRole.Listen))]
    [InlineData(nameof(EndToEndMode.Proof), nameof(EndRole.Connect))]
    public async Task A_partner_that_stalls_is_given_up_and_the_stream_stays_the_callers(string mode, string role)
    {
        (MemoryWire near, MemoryWire far) = MemoryWire.CreatePair();
        using FirstFlight flight = await Meeting.BeginAsync(Enum.Parse<EndToEndMode>(mode), Enum.Parse<EndRole>(role), Meeting.Keys);
        using var over = new CancellationTokenSource();
        Task<EndTransport> meeting = flight.ContinueAsync(near.Transport, over.Token).AsTask();
        await over.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => meeting.InTimeAsync());

        // Neither ended nor reset: the caller does that.
        await near.WriteAsync(new byte[] { 7 }, CancellationToken.None);
        near.Abort();
        await Assert.ThrowsAsync<IOException>(() => far.CopyToAsync(Stream.Null, CancellationToken.None));
    }

    [Fact]
    public async Task What_is_given_up_leaves_no_failure_behind()
    {
        using var unobserved = new UnobservedExceptions();
        for (int i = 0; i < 5; i++)
        {
            (await Meeting.BeginAsync(EndToEndMode.Tls, EndRole.Connect, Meeting.Keys)).Dispose();
        }

        await Task.Delay(50, CancellationToken.None);
        unobserved.ThrowIfAny(nameof(EndTls));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_partner_that_speaks_another_protocol_inside_TLS_is_refused(bool isServer)
    {
        (MemoryWire near, MemoryWire far) = MemoryWire.CreatePair();
        using FirstFlight flight = await Meeting.BeginAsync(EndToEndMode.Tls, isServer ? EndRole.Connect : EndRole.Listen, Meeting.Keys);
        await near.WriteAsync(flight.Early, CancellationToken.None);
        Task<EndTransport> meeting = flight.ContinueAsync(near.Transport, CancellationToken.None).AsTask();
        await using var other = new SslStream(far);
        EndCertificate certificate = new();
        Task speaking = isServer
            ? other.AuthenticateAsServerAsync(
                new SslServerAuthenticationOptions { ServerCertificateContext = certificate.Context, RemoteCertificateValidationCallback = static (_, certificate, _, _) => certificate is not null }, CancellationToken.None)
            : other.AuthenticateAsClientAsync(
                new SslClientAuthenticationOptions { TargetHost = "", ClientCertificateContext = certificate.Context, RemoteCertificateValidationCallback = static (_, certificate, _, _) => certificate is not null }, CancellationToken.None);
        await Assert.ThrowsAnyAsync<Exception>(() => meeting.InTimeAsync());
        near.Abort();
        await speaking.ContinueWith(static _ => { }, TaskScheduler.Default);
    }

    [Fact]
    public void Keys_do_not_end_up_in_a_log() => Assert.Equal("(proof keys)", $"{Meeting.Keys}");

    /// <summary>RFC 8446, section 4.1.2.</summary>
    private static IEnumerable<int> ExtensionsOf(byte[] hello)
    {
        int at = 5 + 4 + 2 + 32;
        at += 1 + hello[at];
        at += 2 + BinaryPrimitives.ReadUInt16BigEndian(hello.AsSpan(at));
        at += 1 + hello[at];
        at += 2;
        while (at < hello.Length)
        {
            yield return BinaryPrimitives.ReadUInt16BigEndian(hello.AsSpan(at));
            at += 4 + BinaryPrimitives.ReadUInt16BigEndian(hello.AsSpan(at + 2));
        }
    }

    private static EndTransport TransportOf(Socket socket) => new(
        new NetworkStream(socket, ownsSocket: true),
        _ =>
        {
            socket.Shutdown(SocketShutdown.Send);
            return ValueTask.CompletedTask;
        },
        () => socket.Close(0));

    private static async Task SayAsync(EndTransport end, byte[] words)
    {
        await end.Stream.WriteAsync(words);
        await end.EndAsync(CancellationToken.None);
    }

    private static async Task<string> HashAsync(Stream stream)
    {
        using var all = new MemoryStream();
        await stream.CopyToAsync(all);
        return RandomBytes.Sha256(all.ToArray());
    }
}
