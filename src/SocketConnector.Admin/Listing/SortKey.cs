using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;

namespace SocketConnector.Admin.Listing;

/// <summary>What a connection is sorted by: a number, then a second one, then a text.</summary>
internal readonly record struct SortKey(UInt128 First, double Second, string? Text)
{
    // Behind all addresses of IPv6.
    private static readonly UInt128 _noAddress = UInt128.MaxValue;

    public static SortKey OfNumber(double number) => new(UInt128.Zero, number, null);

    /// <summary>In the order of the text, and without one behind all others.</summary>
    public static SortKey OfText(string? text) => new(text is null ? 1u : 0u, 0, text);

    /// <summary>By the number of the address, so that 10.0.0.9 comes before 10.0.0.10, then by the port; what has no address comes last, by its text.</summary>
    public static SortKey OfEndPoint(EndPoint? endPoint) => endPoint is IPEndPoint ip
        ? new SortKey(NumberOf(ip.Address), ip.Port, null)
        : new SortKey(_noAddress, endPoint is null ? 1 : 0, endPoint is null ? null : AddressText.Of(endPoint));

    public static int Compare(SortKey one, SortKey other)
    {
        int order = one.First.CompareTo(other.First);
        order = order != 0 ? order : one.Second.CompareTo(other.Second);
        return order != 0 ? order : string.Compare(one.Text, other.Text, StringComparison.OrdinalIgnoreCase);
    }

    private static UInt128 NumberOf(IPAddress address)
    {
        Span<byte> bytes = stackalloc byte[16];
        IPAddress mapped = address.AddressFamily == AddressFamily.InterNetwork ? address.MapToIPv6() : address;
        return mapped.TryWriteBytes(bytes, out _) ? BinaryPrimitives.ReadUInt128BigEndian(bytes) : _noAddress;
    }
}
