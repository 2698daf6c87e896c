namespace SocketConnector.TestKit;

/// <summary>Two ends of one TCP connection over the loopback, without a connector between them.</summary>
public sealed record SocketPair(TestPeer Near, TestPeer Far) : IDisposable
{
    public static async Task<SocketPair> CreateAsync()
    {
        using var server = new TestServer();
        Task<TestPeer> accepting = server.AcceptAsync();
        TestPeer near = await TestPeer.ConnectAsync(server.EndPoint);
        return new SocketPair(near, await accepting);
    }

    public void Dispose()
    {
        Near.Dispose();
        Far.Dispose();
    }
}
