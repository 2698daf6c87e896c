using System.Net;
using System.Net.Sockets;

namespace SocketConnector;

/// <summary>Finds end points that cannot be listened on together, since one is the other, or takes what comes to it.</summary>
internal static class EndPointOverlap
{
    /// <returns>The first two, in words; nothing where all are different. What a host name stands for is not looked up.</returns>
    public static string? Find(IReadOnlyList<EndPoint> endPoints) => FindPair(endPoints, Describe);

    /// <returns>The first that is there twice, in words; nothing where all are different.</returns>
    public static string? FindSame(IReadOnlyList<EndPoint> endPoints) => FindPair(endPoints, Twice);

    private static string? FindPair(IReadOnlyList<EndPoint> endPoints, Func<EndPoint, EndPoint, string?> describe)
    {
        for (int i = 1; i < endPoints.Count; i++)
        {
            for (int j = 0; j < i; j++)
            {
                if (describe(endPoints[j], endPoints[i]) is { } overlap)
                {
                    return overlap;
                }
            }
        }

        return null;
    }

    private static string? Describe(EndPoint earlier, EndPoint later) =>
        Twice(earlier, later) is { } twice ? twice
        : Takes(earlier, later) ? $"{EndPointText.Of(earlier)} takes {EndPointText.Of(later)} as well"
        : Takes(later, earlier) ? $"{EndPointText.Of(later)} takes {EndPointText.Of(earlier)} as well"
        : null;

    private static string? Twice(EndPoint earlier, EndPoint later) => IsSame(earlier, later) ? $"{EndPointText.Of(later)} is there twice" : null;

    /// <summary>Port 0 is another port each time.</summary>
    private static bool IsSame(EndPoint one, EndPoint other) => (one, other) switch
    {
        (IPEndPoint a, IPEndPoint b) => IsSamePort(a, b) && Plain(a.Address).Equals(Plain(b.Address)),
        (DnsEndPoint { Port: 0 }, DnsEndPoint) => false,
        (UnixDomainSocketEndPoint a, UnixDomainSocketEndPoint b) when !UnixName.IsAbstract(a) && !UnixName.IsAbstract(b) =>
            Path.GetFullPath(a.ToString()) == Path.GetFullPath(b.ToString()),
        _ => one.Equals(other),
    };

    /// <summary><c>0.0.0.0</c> is every IPv4 address, and <c>[::]</c>, which listens on both, is every address.</summary>
    private static bool Takes(EndPoint any, EndPoint one) => (any, one) is (IPEndPoint a, IPEndPoint b) && IsSamePort(a, b)
        && (a.Address.Equals(IPAddress.IPv6Any) || (Plain(a.Address).Equals(IPAddress.Any) && Plain(b.Address).AddressFamily == AddressFamily.InterNetwork));

    private static bool IsSamePort(IPEndPoint one, IPEndPoint other) => one.Port != 0 && one.Port == other.Port;

    private static IPAddress Plain(IPAddress address) => address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address;
}
