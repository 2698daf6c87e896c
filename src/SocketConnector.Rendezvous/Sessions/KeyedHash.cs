using System.Runtime.InteropServices;

namespace SocketConnector.Rendezvous.Sessions;

/// <summary>
/// A hash for values that strangers choose. <see cref="UInt128"/> folds each half before the process's seed is mixed in, so colliding names can
/// be constructed; a string's hash is Marvin32 over all bytes, keyed for each process.
/// </summary>
internal sealed class KeyedHash : IEqualityComparer<UInt128>, IEqualityComparer<SessionKey>
{
    public static KeyedHash Instance { get; } = new();

    public static int Of(UInt128 value) =>
        string.GetHashCode(MemoryMarshal.Cast<UInt128, char>(new ReadOnlySpan<UInt128>(in value)), StringComparison.Ordinal);

    public bool Equals(UInt128 x, UInt128 y) => x == y;

    public int GetHashCode(UInt128 obj) => Of(obj);

    public bool Equals(SessionKey x, SessionKey y) => x.Name == y.Name && ReferenceEquals(x.Tenant, y.Tenant);

    public int GetHashCode(SessionKey obj) => Of(obj.Name.Value);
}
