namespace SocketConnector.Sockets;

/// <summary>What is known of a descriptor from where it came, and need not be asked for each.</summary>
/// <param name="IsTcp">Whether it is a TCP socket.</param>
/// <param name="Source">Where it came from.</param>
/// <param name="Local">This program's end, where it is the same for all; otherwise unknown.</param>
/// <param name="Remote">The peer's end; otherwise unknown.</param>
internal sealed record DescriptorOrigin(bool IsTcp, DescriptorSource Source = DescriptorSource.User, CompactEndPoint Local = default, CompactEndPoint Remote = default)
{
    private static readonly DescriptorOrigin[] _tcp = AllOf(isTcp: true);
    private static readonly DescriptorOrigin[] _others = AllOf(isTcp: false);

    /// <summary>One for all of its kind, because thousands idle, and each byte counts.</summary>
    public DescriptorOrigin WithoutAddresses() => (IsTcp ? _tcp : _others)[(int)Source];

    private static DescriptorOrigin[] AllOf(bool isTcp) => [.. Enum.GetValues<DescriptorSource>().Select(source => new DescriptorOrigin(isTcp, source))];
}

internal enum DescriptorSource
{
    /// <summary>A user's, who may have set anything on it, and may have it open elsewhere.</summary>
    User,

    /// <summary>This program has just made it: nothing is set on it.</summary>
    Dialled,

    /// <summary>It has its settings: an accepted socket has those of the listening one (tcp(7), socket(7)).</summary>
    Accepted,
}
