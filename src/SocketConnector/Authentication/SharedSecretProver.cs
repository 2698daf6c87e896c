namespace SocketConnector.Authentication;

/// <summary>Sends the secret itself as one line.</summary>
internal sealed class SharedSecretProver
{
    // A line has an end of one or two bytes.
    private const int MaxSecretLength = AuthLine.MaxLength - 2;

    private readonly byte[] _line;

    /// <exception cref="ArgumentException">The secret fits into no line.</exception>
    public SharedSecretProver(AuthKey key) => _line = [.. Sendable(key, nameof(key)), (byte)'\n'];

    public async ValueTask<AuthResult> RunAsync(AuthContext context, CancellationToken cancellationToken)
    {
        await context.Transport.Output.WriteAsync(_line, cancellationToken).ConfigureAwait(false);
        byte[]? answer = await AuthLine.ReadAsync(context.Transport.Input, cancellationToken).ConfigureAwait(false);
        return answer is not null && answer.AsSpan().SequenceEqual("ok"u8) ? AuthResult.Accept() : AuthResult.Reject("the verifier refused the secret");
    }

    public static ReadOnlySpan<byte> Sendable(AuthKey key, string parameter) =>
        key.Secret.Length > MaxSecretLength ? throw new ArgumentException($"The secret of key '{key.Name}' has {key.Secret.Length} bytes, and a line takes {MaxSecretLength}.", parameter)
        : key.Secret.ContainsAnyInRange((byte)0, (byte)0x1F) || key.Secret.Contains((byte)0x7F) ? throw new ArgumentException($"The secret of key '{key.Name}' has a control character in it, and must be a line.", parameter)
        : key.Secret;
}
