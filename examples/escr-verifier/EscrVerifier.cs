using System.Buffers;
using System.IO.Pipelines;
using System.Security.Cryptography;
using System.Text;
using SocketConnector;

/// <summary>Verifies the peers of one side by ESCR, the encrypted signed challenge and response of NoPorts.</summary>
/// <param name="side">The side that they have to sign for: <c>a</c> or <c>b</c>.</param>
/// <param name="find">Finds a session by its name; nothing where there is none.</param>
internal sealed class EscrVerifier(string side, Func<string, EscrSession?> find)
{
    // As in srvd, the line feed included.
    private const int MaxLine = 4096;

    public async ValueTask<AuthResult> VerifyAsync(AuthContext context, CancellationToken cancellationToken)
    {
        // New for each connection, so no response is good for a second one.
        string challenge = Convert.ToBase64String(RandomNumberGenerator.GetBytes(32));
        await context.Transport.Output.WriteAsync(Encoding.ASCII.GetBytes($"{challenge}\n"), cancellationToken);
        string? line = await ReadLineAsync(context.Transport.Input, cancellationToken);
        EscrResponse response = line is null ? EscrResponse.Bad("no line came, or one that is too long") : EscrResponse.Check(line, challenge, side, find);

        // Whatever is wrong with it, the answer is the same.
        await context.Transport.Output.WriteAsync(response.IsGood ? "ok\n"u8.ToArray() : "Socket auth failed\n"u8.ToArray(), cancellationToken);
        return response.IsGood ? AuthResult.Accept(key: response.SessionId, identity: response.Signer) : AuthResult.Reject(response.Reason);
    }

    private static async ValueTask<string?> ReadLineAsync(PipeReader input, CancellationToken cancellationToken)
    {
        while (true)
        {
            ReadResult read = await input.ReadAsync(cancellationToken);
            ReadOnlySequence<byte> start = read.Buffer.Length > MaxLine ? read.Buffer.Slice(0, MaxLine) : read.Buffer;
            if (start.PositionOf((byte)'\n') is SequencePosition end)
            {
                // Only the line is taken; whatever came behind it is relayed first.
                string line = Encoding.ASCII.GetString(read.Buffer.Slice(0, end)).Trim();
                input.AdvanceTo(read.Buffer.GetPosition(1, end));
                return line;
            }

            if (read.IsCompleted || read.Buffer.Length >= MaxLine)
            {
                input.AdvanceTo(read.Buffer.Start);
                return null;
            }

            input.AdvanceTo(read.Buffer.Start, read.Buffer.End);
        }
    }
}
