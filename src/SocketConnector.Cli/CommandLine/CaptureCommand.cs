using System.CommandLine;
using SocketConnector.Cli.Admin;
using SocketConnector.Cli.Capturing;
using SocketConnector.Cli.Events;
using SocketConnector.Cli.Running;

namespace SocketConnector.Cli.CommandLine;

/// <summary><c>socketconnector capture FILE</c>: what flows through a connector that runs.</summary>
internal sealed class CaptureCommand : AdminCommand
{
    private readonly Argument<string> _file = new("FILE");
    private readonly CaptureFlags _what = new();

    public CaptureCommand(Flags flags)
        : base(
            flags,
            "capture",
            "Writes what flows from now on to a pcapng file, which Wireshark opens.",
            "FILE must not be there yet; - is standard output. It goes on until Ctrl-C, or\nuntil the connector ends. TLS does not hide what the connector relays itself.",
            "socketconnector capture relay.pcapng --connection 12")
    {
        Arguments.Add(_file);
        Add(_what.All);
    }

    protected override bool TakesJson => false;

    protected override string? Contradiction(ParseResult line) => _what.Contradiction(line) is { } mistake ? mistake
        : line.GetValue(_file) == CapturePlan.StandardOutput && !Console.IsOutputRedirected
        ? "a capture is nothing to read on a terminal; write FILE, or - | tshark -r -"
        : null;

    protected override async Task<int> RunAsync(ParseResult line, AdminClient client, CancellationToken cancellationToken)
    {
        string path = line.GetRequiredValue(_file);
        await client.CaptureAsync(_what.Query(line), () => path == CapturePlan.StandardOutput ? StandardOutput.Open() : CaptureFile.Create(path), cancellationToken);
        return Runner.Stopped;
    }
}
