using System.Buffers;
using System.IO.Pipelines;
using System.Text;

namespace SocketConnector.TestKit;

/// <summary>Verifiers that tests need again and again.</summary>
public static class Verifiers
{
    /// <summary>What <see cref="Word"/> writes to a peer that it rejects.</summary>
    public const string Goodbye = "go away\n";

    /// <summary>Admits whoever begins with the word, and consumes exactly that. To anybody else it says <see cref="Goodbye"/>.</summary>
    public static SocketAuthVerifier Word(string word) => async (context, cancellationToken) =>
    {
        string said = await ReadAsync(context.Transport.Input, word.Length, cancellationToken);
        if (said == word)
        {
            return AuthResult.Accept();
        }

        await context.Transport.Output.WriteAsync(Encoding.ASCII.GetBytes(Goodbye), cancellationToken);
        return AuthResult.Reject($"said '{said}'");
    };

    /// <summary>Speaks first, and admits whoever answers with the word.</summary>
    public static SocketAuthVerifier Challenge(string challenge, string answer) => async (context, cancellationToken) =>
    {
        await context.Transport.Output.WriteAsync(Encoding.ASCII.GetBytes(challenge), cancellationToken);
        return await Word(answer)(context, cancellationToken);
    };

    /// <summary>Waits for ever, and tells its token once it runs.</summary>
    public static SocketAuthVerifier Hanging(TaskCompletionSource<CancellationToken> running) => async (_, cancellationToken) =>
    {
        running.SetResult(cancellationToken);
        await Task.Delay(Timeout.Infinite, cancellationToken);
        return AuthResult.Accept();
    };

    /// <summary>That many bytes, or fewer if the peer ends before.</summary>
    public static async Task<string> ReadAsync(PipeReader input, int count, CancellationToken cancellationToken)
    {
        ReadResult read = await input.ReadAtLeastAsync(count, cancellationToken);
        ReadOnlySequence<byte> message = read.Buffer.Slice(0, Math.Min(count, read.Buffer.Length));
        string text = Encoding.ASCII.GetString(message);
        input.AdvanceTo(message.End);
        return text;
    }
}
