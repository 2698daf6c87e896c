namespace SocketConnector.Limits;

/// <summary>What counts as one address: an IPv4 address in either notation, and an IPv6 network of 64 bits, in which one host may have any address.</summary>
internal static class AddressKey
{
    private static readonly UInt128 _network = UInt128.MaxValue << 64;

    /// <returns>Null for anything but IP.</returns>
    public static UInt128? Of(CompactEndPoint endPoint) => endPoint.Number is not { } address ? null
        : address >> 32 == 0xffff ? address
        : address & _network;
}
