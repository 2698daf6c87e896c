using System.Net;
using System.Net.Sockets;
using SocketConnector.Transports;

namespace SocketConnector.Tests.Transports;

public sealed class DialFailuresTests
{
    private static readonly IPEndPoint _one = new(IPAddress.Loopback, 1);
    private static readonly IPEndPoint _other = new(IPAddress.Parse("127.0.0.2"), 2);

    private readonly DialFailures _failures = new(new DialTargets(new ConnectOptions([_one, _other])));

    [Fact]
    public void B99_A_timeout_says_what_had_failed_before()
    {
        Assert.Equal("Cannot connect to 127.0.0.1:1 or 127.0.0.2:2: timed out", _failures.TimedOut().Message);
        Refuse(_one);
        Assert.Equal("Cannot connect to 127.0.0.1:1 or 127.0.0.2:2: timed out; 1 attempt on 1 address failed before; the last, on 127.0.0.1:1: connection refused", _failures.TimedOut().Message);
    }

    [Fact]
    public void B99_A_failure_says_how_many_attempts_on_how_many_addresses()
    {
        for (int i = 0; i < 3; i++)
        {
            Refuse(_one);
            Refuse(_other);
        }

        Assert.Equal("Cannot connect to 127.0.0.1:1 or 127.0.0.2:2: 6 attempts on 2 addresses failed; the last, on 127.0.0.2:2: connection refused", _failures.Failure().Message);
    }

    private void Refuse(IPEndPoint address) => _failures.Add(new Candidate(0, address), new SocketException((int)SocketError.ConnectionRefused));
}
