using System.Net.Security;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using SocketConnector.TestKit;
using SocketConnector.Tests.Transports;

namespace SocketConnector.Tests.Sockets;

/// <summary>Streams that are added like sockets, and what was read from either before.</summary>
public sealed class AddedStreamTests
{
    [Fact]
    public async Task A_TLS_stream_is_relayed_and_after_its_end_200000_bytes_still_come_back()
    {
        await using var connector = new Connector(Patient.Options);
        (SslStream client, DuplexStream server) = await ConnectTlsAsync();
        await using SslStream ofClient = client;
        using SocketPair plain = await SocketPair.CreateAsync();
        await connector.AddAsync(Side.A, server, cancellationToken: TestContext.Current.CancellationToken);
        await connector.AddAsync(Side.B, plain.Near.Socket, cancellationToken: TestContext.Current.CancellationToken);
        byte[] there = RandomBytes.Of(6, 500_000), back = RandomBytes.Of(7, 200_000);
        Task<(long Count, string Sha256)> arriving = plain.Far.HashToEndAsync();
        await client.WriteAsync(there, TestContext.Current.CancellationToken).AsTask().InTimeAsync();
        await client.ShutdownAsync().InTimeAsync();
        Assert.Equal((there.Length, RandomBytes.Sha256(there)), await arriving);
        Task<CloseInfo> ended = Assert.Single(connector.GetConnections()).Completion;
        Task<string> answer = client.HashToEndAsync();
        await plain.Far.WriteAsync(back);
        plain.Far.EndHalf();
        Assert.Equal(RandomBytes.Sha256(back), await answer);
        Assert.Equal(CloseReason.Completed, (await ended.InTimeAsync()).Reason);
    }

    [Fact]
    public async Task The_far_end_of_a_TLS_stream_can_end_first()
    {
        await using var connector = new Connector(Patient.Options);
        (SslStream client, DuplexStream server) = await ConnectTlsAsync();
        await using SslStream ofClient = client;
        using SocketPair plain = await SocketPair.CreateAsync();
        await connector.AddAsync(Side.A, plain.Near.Socket, cancellationToken: TestContext.Current.CancellationToken);
        await connector.AddAsync(Side.B, server, cancellationToken: TestContext.Current.CancellationToken);
        await plain.Far.WriteAsync("hello");
        plain.Far.EndHalf();
        Assert.Equal("hello", await client.HearToEndAsync());
        byte[] back = RandomBytes.Of(8, 200_000);
        Task<(long Count, string Sha256)> arriving = plain.Far.HashToEndAsync();
        await client.WriteAsync(back, TestContext.Current.CancellationToken).AsTask().InTimeAsync();
        await client.ShutdownAsync().InTimeAsync();
        Assert.Equal((back.Length, RandomBytes.Sha256(back)), await arriving);
    }

    [Fact]
    public async Task A_stream_whose_write_hangs_is_cut_at_once_by_Abort()
    {
        await using var connector = new Connector(Patient.Options);
        using SocketPair plain = await SocketPair.CreateAsync();
        var hanging = new HangingStream();
        await connector.AddAsync(Side.A, plain.Near.Socket, cancellationToken: TestContext.Current.CancellationToken);
        await connector.AddAsync(Side.B, new DuplexStream(hanging, _ => default), cancellationToken: TestContext.Current.CancellationToken);
        Connection connection = Assert.Single(connector.GetConnections());
        await plain.Far.WriteAsync("never taken");
        await Eventually.TrueAsync(() => connection.PeerA.BytesReceived == 11);
        connection.Abort();
        Assert.Equal(CloseReason.Aborted, (await connection.Completion.InTimeAsync()).Reason);
        Assert.Equal(SocketError.ConnectionReset, (await plain.Far.ReadToWhateverEndAsync()).Error);
        await hanging.Disposed.InTimeAsync();
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Leading_bytes_come_first_for_the_verifier_and_then_for_the_far_side(bool isSocket)
    {
        await using var connector = new Connector(Patient.Options);
        using SocketPair a = await SocketPair.CreateAsync(), b = await SocketPair.CreateAsync();
        (MemoryEnd near, MemoryEnd far) = MemoryEnd.Pair();
        byte[] leading = "go, "u8.ToArray();
        var options = new AddOptions(new SideOptions { AuthVerifier = Verifiers.Word("go") }) { LeadingBytes = leading };
        if (isSocket)
        {
            await connector.AddAsync(Side.A, a.Near.Socket, options, TestContext.Current.CancellationToken);
        }
        else
        {
            await connector.AddAsync(Side.A, near.AsDuplex("far"), options, TestContext.Current.CancellationToken);
        }

        Array.Clear(leading);
        await connector.AddAsync(Side.B, b.Near.Socket, cancellationToken: TestContext.Current.CancellationToken);
        await (isSocket ? a.Far.WriteAsync("said later") : far.SayAsync("said later"));
        Assert.Equal(", said later", await b.Far.ReadTextAsync(12));
    }

    [Fact]
    public async Task More_leading_bytes_than_a_buffer_holds_are_relayed_whole()
    {
        await using var connector = new Connector(Patient.Options);
        using SocketPair a = await SocketPair.CreateAsync(), b = await SocketPair.CreateAsync();
        byte[] leading = RandomBytes.Of(9, 1_000_000);
        await connector.AddAsync(Side.A, a.Near.Socket, new AddOptions { LeadingBytes = leading }, TestContext.Current.CancellationToken);
        await connector.AddAsync(Side.B, b.Near.Socket, cancellationToken: TestContext.Current.CancellationToken);
        a.Far.EndHalf();
        Assert.Equal((leading.Length, RandomBytes.Sha256(leading)), await b.Far.HashToEndAsync());
    }

    [Fact]
    public async Task A_stream_for_a_side_that_does_not_exist_or_a_closed_connector_is_cut()
    {
        var connector = new Connector(Patient.Options);
        (MemoryEnd near, MemoryEnd far) = MemoryEnd.Pair();
        await Assert.ThrowsAsync<ArgumentOutOfRangeException>(() => connector.AddAsync((Side)7, near.AsDuplex("far"), cancellationToken: TestContext.Current.CancellationToken).AsTask());
        await Assert.ThrowsAsync<IOException>(() => far.HearToEndAsync());
        await connector.DisposeAsync();
        (near, far) = MemoryEnd.Pair();
        await Assert.ThrowsAsync<ObjectDisposedException>(() => connector.AddAsync(Side.A, near.AsDuplex("far"), cancellationToken: TestContext.Current.CancellationToken).AsTask());
        await Assert.ThrowsAsync<IOException>(() => far.HearToEndAsync());
    }

    private static async Task<(SslStream Client, DuplexStream Server)> ConnectTlsAsync()
    {
        SocketPair pair = await SocketPair.CreateAsync();
        using X509Certificate2 certificate = SelfSigned();
        var client = new SslStream(new NetworkStream(pair.Far.Socket, ownsSocket: true));
        var server = new SslStream(new NetworkStream(pair.Near.Socket, ownsSocket: true));
        await Task.WhenAll(
            server.AuthenticateAsServerAsync(new SslServerAuthenticationOptions { ServerCertificate = certificate }),
            client.AuthenticateAsClientAsync(new SslClientAuthenticationOptions
            {
                TargetHost = "localhost",
                RemoteCertificateValidationCallback = (_, presented, _, _) => presented!.GetCertHashString() == certificate.GetCertHashString(),
            })).InTimeAsync();
        return (client, new DuplexStream(server, _ => new ValueTask(server.ShutdownAsync())) { Abort = pair.Near.Reset });
    }

    private static X509Certificate2 SelfSigned()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        DateTimeOffset now = TimeProvider.System.GetUtcNow();
        return new CertificateRequest("CN=localhost", key, HashAlgorithmName.SHA256).CreateSelfSigned(now.AddDays(-1), now.AddDays(1));
    }
}
