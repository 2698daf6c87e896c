using System.Buffers;
using System.IO.Pipelines;
using System.Net;
using System.Text;
using FsCheck;
using FsCheck.Fluent;
using SocketConnector.Admission;
using SocketConnector.TestKit;

namespace SocketConnector.Tests.Authentication;

/// <summary>Whatever bytes come, whichever role hears them: never an acceptance, and never a failure but the one that says that the peer has left.</summary>
public sealed class GarbageTests
{
    private const int Cases = 2000;

    private static readonly SocketAuthVerifier[] _all =
    [
        SocketAuthenticators.VerifyHmac(Speaker.Alice), SocketAuthenticators.ProveHmac(Speaker.Alice),
        SocketAuthenticators.VerifySharedSecret(Speaker.Alice), SocketAuthenticators.ProveSharedSecret(new AuthKey("k", "an answer of two letters is its own")),
    ];

    private static Gen<string> Words { get; } = Gen.Elements(
        "SCA-HMAC/1", "alice", "ok", "no", " ", " ", "\n", "\r\n", "\0", "prover", "0", Speaker.Nonce(), Speaker.Nonce(), Speaker.Proof("prover", "alice", new string('0', 64), new string('0', 64)), new string('a', 250), "\xff");

    private static Gen<byte[]> Garbage { get; } = Gen.OneOf(
        ArbMap.Default.GeneratorFor<byte[]>(),
        Gen.Sized(size => Gen.Choose(1, Math.Max(1, size / 4)).SelectMany(count => Gen.ArrayOf(Words, count))).Select(words => Encoding.Latin1.GetBytes(string.Concat(words))));

    /// <summary>What to do to a line that is right: where, how, and with which letter.</summary>
    private static Gen<(double At, int Change, char Letter)> Changes { get; } =
        from at in Gen.Choose(0, 999)
        from change in Gen.Choose(0, 3)
        from letter in Gen.OneOf(Gen.Elements(" 0aA\r\n".ToCharArray()), Gen.Choose(0, 255).Select(code => (char)code))
        select (at / 1000.0, change, letter);

    [Fact]
    public Task B96_Garbage_never_passes_and_never_fails_in_a_way_that_is_not_declared() =>
        CheckAsync(Garbage, bytes => Assert.AllAsync(_all, verifier => HearAsync(verifier, bytes)));

    [Fact]
    public Task B96_A_response_that_was_changed_in_one_place_never_passes() => CheckAsync(Changes, async change =>
    {
        Pipe toVerifier = new(), toProver = new();
        Task<AuthResult> hearing = _all[0](Context(new Conversation(toVerifier.Reader, toProver.Writer)), CancellationToken.None).AsTask();
        Assert.True(toProver.Reader.TryRead(out ReadResult challenge));
        string theirs = Encoding.ASCII.GetString(challenge.Buffer)[11..^1], mine = Speaker.Nonce();
        string right = $"alice {mine} {Speaker.Proof("prover", "alice", theirs, mine)}";
        int at = (int)(change.At * right.Length);
        string said = change.Change switch
        {
            0 => $"{right[..at]}{change.Letter}{right[(at + 1)..]}",
            1 => $"{right[..at]}{change.Letter}{right[at..]}",
            2 => $"{right[..at]}{right[(at + 1)..]}",
            _ => $"{right}{change.Letter}",
        };
        await toVerifier.Writer.WriteAsync(Encoding.Latin1.GetBytes($"{said}\n"));
        bool isRight = said == right || (change.Change == 3 && change.Letter is '\r' or '\n');
        Assert.Equal(isRight, (await hearing.InTimeAsync()).IsAccepted);
    });

    private static Task CheckAsync<T>(Gen<T> generator, Func<T, Task> body) => Seeded.CheckAsync(generator, Cases, body);

    private static AuthContext Context(IDuplexPipe transport) =>
        new(new Peer(Side.A, CompactEndPoint.Of(new IPEndPoint(IPAddress.Loopback, 1)), CompactEndPoint.Of(null), DateTimeOffset.UnixEpoch), transport);

    private static async Task HearAsync(SocketAuthVerifier verifier, byte[] bytes)
    {
        var transport = new Conversation(PipeReader.Create(new ReadOnlySequence<byte>(bytes)), PipeWriter.Create(Stream.Null));
        Task<AuthResult> hearing = verifier(Context(transport), CancellationToken.None).AsTask();

        // Everything is there already, so nothing is waited for.
        Assert.True(hearing.IsCompleted);
        if (hearing.IsFaulted)
        {
            Assert.IsType<PeerLeftException>(hearing.Exception!.InnerException);
            return;
        }

        // The one line that is no garbage to the end that sends a secret.
        bool isWelcome = verifier == _all[^1] && (bytes.AsSpan().StartsWith("ok\n"u8) || bytes.AsSpan().StartsWith("ok\r\n"u8));
        Assert.Equal(isWelcome, (await hearing).IsAccepted);
    }

    private sealed class Conversation(PipeReader input, PipeWriter output) : IDuplexPipe
    {
        public PipeReader Input => input;

        public PipeWriter Output => output;
    }
}
