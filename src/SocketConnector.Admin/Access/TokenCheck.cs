using System.Security.Cryptography;
using System.Text;

namespace SocketConnector.Admin.Access;

/// <summary>
/// Compares tokens in a time that tells nothing about them: their hashes are of one length, and both tokens are compared, whichever fits.
/// </summary>
internal sealed class TokenCheck
{
    private readonly byte[] _full;
    private readonly byte[]? _readOnly;

    /// <param name="full">Lets everything.</param>
    /// <param name="readOnly">Lets read; <see langword="null"/> where there is none.</param>
    public TokenCheck(string full, string? readOnly) => (_full, _readOnly) = (Hash(full), readOnly is null ? null : Hash(readOnly));

    /// <summary>What a token lets its bearer do; <see cref="Grade.None"/> for a wrong one.</summary>
    public Grade Of(ReadOnlySpan<char> token)
    {
        byte[] hash = Hash(token);
        bool isFull = CryptographicOperations.FixedTimeEquals(hash, _full);
        bool isReadOnly = CryptographicOperations.FixedTimeEquals(hash, _readOnly ?? _full) && _readOnly is not null;
        return isFull ? Grade.Full : isReadOnly ? Grade.ReadOnly : Grade.None;
    }

    private static byte[] Hash(ReadOnlySpan<char> token)
    {
        byte[] bytes = new byte[Encoding.UTF8.GetByteCount(token)];
        Encoding.UTF8.GetBytes(token, bytes);
        return SHA256.HashData(bytes);
    }
}
