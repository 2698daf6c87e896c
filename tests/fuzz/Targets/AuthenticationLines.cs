using System.Buffers;
using System.IO.Pipelines;
using System.Net;
using System.Text;
using SocketConnector.Admission;
using SocketConnector.Authentication;

namespace SocketConnector.Fuzz.Targets;

/// <summary>The lines of the authenticators, in pieces. The first byte says how large those are, and who hears them.</summary>
internal static class AuthenticationLines
{
    private const string Secret = "correct horse battery staple";

    private static readonly AuthKey _key = new("alice", Secret);

    // Everything on one thread, so that the same input always takes the same branches.
    private static readonly PipeOptions _inline = new(
        readerScheduler: PipeScheduler.Inline, writerScheduler: PipeScheduler.Inline, pauseWriterThreshold: 0, useSynchronizationContext: false);

    private static readonly SocketAuthVerifier[] _roles =
    [
        SocketAuthenticators.VerifyHmac(_key, new AuthKey("bob", Secret)),
        SocketAuthenticators.ProveHmac(_key),
        SocketAuthenticators.VerifySharedSecret(_key),
        SocketAuthenticators.ProveSharedSecret(_key),
    ];

    public static void Check(byte[] bytes)
    {
        (byte first, byte[] said) = bytes is [byte one, .. byte[] rest] ? (one, rest) : ((byte)0, []);
        int size = 1 + (first >> 2);
        Line(said, size);
        Role(first & 3, said, size);
    }

    /// <summary>One line, and not a byte behind it.</summary>
    private static void Line(byte[] said, int size)
    {
        var pipe = new Pipe(_inline);
        Task<byte[]?> reading = AuthLine.ReadAsync(pipe.Reader, CancellationToken.None).AsTask();
        Feed(pipe.Writer, said, size);
        int end = Array.IndexOf(said, (byte)'\n');
        if (end is >= 0 and < AuthLine.MaxLength)
        {
            byte[] line = Finish(reading) ?? throw new BrokenPromiseException("no line");
            bool hasReturn = end > 0 && said[end - 1] == '\r';
            Expect.That(line.AsSpan().SequenceEqual(said.AsSpan(0, hasReturn ? end - 1 : end)), "another line");
            Expect.That(pipe.Reader.TryRead(out ReadResult rest) && rest.Buffer.ToArray().AsSpan().SequenceEqual(said.AsSpan(end + 1)), "other bytes behind the line");
            Fields(line);
        }
        else if (said.Length >= AuthLine.MaxLength)
        {
            Expect.That(Finish(reading) is null, "a line that is too long");
        }
        else
        {
            Expect.That(reading is { IsFaulted: true, Exception.InnerException: PeerLeftException }, "no end of the stream is seen");
        }
    }

    /// <summary>What is taken for a message is that to the byte.</summary>
    private static void Fields(byte[] line)
    {
        string text = Encoding.Latin1.GetString(line);
        if (HmacExchange.ReadChallenge(line) is { } nonce)
        {
            Expect.Equal(text, HmacExchange.Challenge(nonce), "a challenge");
        }

        (HmacExchange exchange, byte[] proof, bool isWellFormed) = HmacExchange.ReadResponse(line, new string('0', 64));
        Expect.Equal(32, proof.Length, "the length of a proof");
        Expect.That(!isWellFormed || text == $"{exchange.Name} {exchange.ProverNonce} {Convert.ToHexStringLower(proof)}", "a response");
        if (HmacExchange.ReadAcceptance(line) is { } answer)
        {
            Expect.Equal(text, $"{HmacExchange.Accepted} {Convert.ToHexStringLower(answer)}", "an acceptance");
        }
    }

    private static void Role(int role, byte[] said, int size)
    {
        Pipe toUs = new(_inline), toThem = new(_inline);
        var context = new AuthContext(
            new Peer(Side.A, CompactEndPoint.Of(new IPEndPoint(IPAddress.Loopback, 1)), CompactEndPoint.Of(null), DateTimeOffset.UnixEpoch), new Conversation(toUs.Reader, toThem.Writer));
        Task<AuthResult> hearing = _roles[role](context, CancellationToken.None).AsTask();
        Feed(toUs.Writer, said, size);
        if (hearing.IsFaulted)
        {
            Expect.That(hearing.Exception!.InnerException is PeerLeftException, $"role {role}: {hearing.Exception.InnerException}");
            return;
        }

        // The nonces of HMAC are fresh, so nothing that was written down before passes.
        string expected = role switch { 2 => Secret, 3 => "ok", _ => "\n" };
        string line = Encoding.Latin1.GetString(said).Split('\n')[0];
        Expect.Equal(line == expected || line == $"{expected}\r", Finish(hearing).IsAccepted, $"role {role}");
    }

    private static void Feed(PipeWriter writer, byte[] said, int size)
    {
        for (int at = 0; at < said.Length; at += size)
        {
            Finish(writer.WriteAsync(said.AsMemory(at, Math.Min(size, said.Length - at))).AsTask());
        }

        writer.Complete();
    }

    /// <summary>Everything is there already, so nothing is waited for.</summary>
    private static T Finish<T>(Task<T> task)
    {
        Expect.That(task.IsCompleted, "something is waited for");
        return task.GetAwaiter().GetResult();
    }

    private sealed class Conversation(PipeReader input, PipeWriter output) : IDuplexPipe
    {
        public PipeReader Input => input;

        public PipeWriter Output => output;
    }
}
