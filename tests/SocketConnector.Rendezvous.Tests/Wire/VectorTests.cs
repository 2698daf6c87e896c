using System.Buffers;
using System.Text.Json.Nodes;
using SocketConnector.Rendezvous.Wire;

namespace SocketConnector.Rendezvous.Tests.Wire;

/// <summary>The code says what docs/rendezvous-vectors.json says. That was computed by other code than ours.</summary>
public sealed class VectorTests
{
    private static readonly JsonObject _vectors = JsonNode.Parse(File.ReadAllText(Repository.Path("docs/rendezvous-vectors.json")))!.AsObject();

    [Fact]
    public void The_opening() => Assert.Equal(Text(_vectors["opening"]), Convert.ToHexStringLower(Opening.Bytes));

    [Fact]
    public void The_derivation() => Assert.All(_vectors["derivation"]!.AsArray(), each =>
    {
        var secret = SessionSecret.Parse(Text(each!["secret"]));
        Assert.Equal(Text(each["session tls"]), Hex(secret.NameOf(EndToEndMode.Tls)));
        Assert.Equal(Text(each["session proof"]), Hex(secret.NameOf(EndToEndMode.Proof)));
        Assert.Equal(Text(each["session none"]), Hex(secret.NameOf(EndToEndMode.None)));
        Assert.Equal(Text(each["proof listen"]), Convert.ToHexStringLower(secret.ProofKeyOf(EndRole.Listen)));
        Assert.Equal(Text(each["proof connect"]), Convert.ToHexStringLower(secret.ProofKeyOf(EndRole.Connect)));
        Assert.Equal(Text(each["binding"]), Convert.ToHexStringLower(secret.BindingKey()));
    });

    [Fact]
    public void Each_frame_is_read_and_written() => Assert.All(_vectors["frames"]!.AsArray(), each =>
    {
        Frame frame = IsRead(each!);
        Assert.Equal(Text(each!["hex"]), Convert.ToHexStringLower(FrameWriter.ToBytes(frame).Span));
    });

    [Fact]
    public void What_a_later_version_may_add_is_passed_over() => Assert.All(_vectors["read"]!.AsArray(), each => IsRead(each!));

    [Fact]
    public void What_is_no_frame_is_refused() => Assert.All(_vectors["refused"]!.AsArray(), each =>
    {
        OperationStatus status = Frames.Read(Bytes(each!["hex"]), Sender(each!), out Frame? frame, out string? error);
        Assert.True(status == OperationStatus.InvalidData && frame is null, $"{Text(each!["why"])}: {status}, {Frames.Told(frame)}");
        Assert.False(string.IsNullOrEmpty(error));
        TestContext.Current.TestOutputHelper?.WriteLine($"{Text(each!["why"])}: {error}");
    });

    [Fact]
    public void The_proof_over_nonces()
    {
        JsonNode proof = _vectors["proof"]!;
        Assert.All(Enum.GetValues<EndRole>(), role => Assert.Equal(
            Text(proof[Name(role)]),
            Convert.ToHexStringLower(ProofMessage.OfNonces(Key(proof, role), role, Bytes(proof["listen nonce"]), Bytes(proof["connect nonce"])))));
    }

    [Fact]
    public void The_proof_over_certificates()
    {
        JsonNode proof = _vectors["tls"]!;
        Assert.All(Enum.GetValues<EndRole>(), role => Assert.Equal(
            Text(proof[Name(role)]),
            Convert.ToHexStringLower(ProofMessage.OfTls(Key(proof, role), role, Bytes(proof["listen certificate"]), Bytes(proof["connect certificate"])))));
    }

    /// <summary>The page shows hexadecimal only in blocks of their own, whose lines are in the file.</summary>
    [Fact]
    public void What_the_page_shows_is_in_the_file()
    {
        string page = File.ReadAllText(Repository.Path("docs/rendezvous-protocol.md")), vectors = _vectors.ToJsonString();
        string[] shown = [.. page.Split("```hex\n").Skip(1).SelectMany(block => block.Split("```")[0].Split('\n', StringSplitOptions.RemoveEmptyEntries))];
        Assert.True(shown.Length > 5, $"{shown.Length} lines of hexadecimal");
        Assert.All(shown, line => Assert.Contains($"\"{line.Split('#')[0].Replace(" ", "", StringComparison.Ordinal)}\"", vectors, StringComparison.OrdinalIgnoreCase));
    }

    private static Frame IsRead(JsonNode each)
    {
        Assert.Equal((OperationStatus.Done, null), (Frames.Read(Bytes(each["hex"]), Sender(each), out Frame? frame, out string? error), error));
        Assert.Equal($"{Text(each["name"])} {each["fields"]!.ToJsonString()}", Frames.Told(frame));
        return frame!;
    }

    private static byte[] Key(JsonNode proof, EndRole role) => SessionSecret.Parse(Text(proof["secret"])).ProofKeyOf(role);

    private static FrameSender Sender(JsonNode each) => Text(each["sender"]) == "end" ? FrameSender.End : FrameSender.Relay;

    private static string Name(EndRole role) => role == EndRole.Listen ? "listen" : "connect";

    private static string Text(JsonNode? node) => node!.GetValue<string>();

    private static byte[] Bytes(JsonNode? node) => Convert.FromHexString(Text(node));

    private static string Hex(SessionName name)
    {
        byte[] bytes = new byte[SessionName.Length];
        name.Write(bytes);
        return Convert.ToHexStringLower(bytes);
    }
}
