using System.Security.Cryptography;
using SocketConnector.Rendezvous.EndToEnd;
using SocketConnector.Rendezvous.Wire;
using SocketConnector.TestKit;

namespace SocketConnector.Rendezvous.Tests.EndToEnd;

/// <summary>How a meeting went for one end.</summary>
/// <param name="Delivered">What was delivered to its user.</param>
/// <param name="Error">What its user was told; nothing of a clean end.</param>
/// <param name="IsProven">Whether the other end was found to be the right one.</param>
internal sealed record Outcome(byte[] Delivered, Exception? Error, bool IsProven);

/// <summary>Two ends that meet, each of which says its words, ends, and reads to the end.</summary>
internal sealed record Meeting
{
    /// <summary>How long an end lets itself be stalled by a relay that is known to tamper.</summary>
    public static readonly TimeSpan Short = TimeSpan.FromSeconds(2);

    private static readonly EndCertificate _ofListen = new();
    private static readonly EndCertificate _ofConnect = new();

    public static EndKeys Keys { get; } = NewKeys();

    public static byte[] ListenWords { get; } = RandomNumberGenerator.GetBytes(100);

    public static byte[] ConnectWords { get; } = RandomNumberGenerator.GetBytes(120);

    public EndToEndMode Mode { get; init; } = EndToEndMode.Tls;

    public EndKeys ListenKeys { get; init; } = Keys;

    public EndKeys ConnectKeys { get; init; } = Keys;

    /// <summary>What the relay makes of the pieces that it carries to the end that listens.</summary>
    public Func<Piece, Passed> ToListen { get; init; } = Carrier.Honest;

    public Func<Piece, Passed> ToConnect { get; init; } = Carrier.Honest;

    /// <summary>How long an end lets itself be stalled.</summary>
    public TimeSpan Patience { get; init; } = Eventually.Deadline;

    public static EndKeys NewKeys() => new(RandomNumberGenerator.GetBytes(32), RandomNumberGenerator.GetBytes(32));

    public static async Task<FirstFlight> BeginAsync(EndToEndMode mode, EndRole role, EndKeys keys) => mode == EndToEndMode.Tls
        ? await TlsFlight.BeginAsync(role, keys, role == EndRole.Listen ? _ofListen : _ofConnect, FirstFlight.MaxEarlyLength, CancellationToken.None)
        : await FirstFlight.BeginAsync(mode, role, keys, CancellationToken.None);

    public Task<(Outcome Listen, Outcome Connect)> RunAsync() => RunAsync((listen, connect) => Task.WhenAll(
        Carrier.CarryAsync(connect, listen, Mode == EndToEndMode.Tls, ToListen),
        Carrier.CarryAsync(listen, connect, Mode == EndToEndMode.Tls, ToConnect)));

    /// <param name="relay">Carries, given its connections to the end that listens and to the one that connects.</param>
    public async Task<(Outcome Listen, Outcome Connect)> RunAsync(Func<MemoryWire, MemoryWire, Task> relay)
    {
        (MemoryWire listenEnd, MemoryWire toListen) = MemoryWire.CreatePair();
        (MemoryWire connectEnd, MemoryWire toConnect) = MemoryWire.CreatePair();
        Task relaying = relay(toListen, toConnect);
        Task<Outcome> listening = MeetAsync(Mode, EndRole.Listen, ListenKeys, listenEnd, ListenWords, Patience);
        Task<Outcome> connecting = MeetAsync(Mode, EndRole.Connect, ConnectKeys, connectEnd, ConnectWords, Patience);
        (Outcome, Outcome) outcomes = (await listening, await connecting);
        listenEnd.Abort();
        connectEnd.Abort();
        await relaying;
        return outcomes;
    }

    public static async Task<Outcome> MeetAsync(EndToEndMode mode, EndRole role, EndKeys keys, MemoryWire wire, byte[] words, TimeSpan patience)
    {
        using FirstFlight flight = await BeginAsync(mode, role, keys);

        // The relay delivers early bytes before all others.
        await wire.WriteAsync(flight.Early);
        using var over = new CancellationTokenSource(patience);
        using var delivered = new MemoryStream();
        bool isProven = false;
        try
        {
            EndTransport safe = await flight.ContinueAsync(wire.Transport, over.Token);
            isProven = true;
            await using (safe.Stream)
            {
                await Task.WhenAll(TalkAsync(safe, words, over.Token), ListenAsync(safe, delivered, over.Token));
            }

            return new Outcome(delivered.ToArray(), null, isProven);
        }
        catch (Exception error)
        {
            wire.Abort();
            return new Outcome(delivered.ToArray(), error, isProven);
        }
    }

    private static async Task TalkAsync(EndTransport safe, byte[] words, CancellationToken cancellationToken)
    {
        await safe.Stream.WriteAsync(words, cancellationToken);
        await safe.EndAsync(cancellationToken);
    }

    private static async Task ListenAsync(EndTransport safe, Stream delivered, CancellationToken cancellationToken)
    {
        try
        {
            await safe.Stream.CopyToAsync(delivered, cancellationToken);
        }
        catch (Exception)
        {
            safe.Abort();
            throw;
        }
    }
}
