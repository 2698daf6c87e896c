using System.CommandLine;
using System.Text;
using SocketConnector.Cli.EndPoints;

namespace SocketConnector.Cli.CommandLine;

/// <summary>The pages of <c>socketconnector help TOPIC</c> (<see cref="HelpCommand"/>); each fits on a screen of 80 columns and 24 lines.</summary>
internal static class HelpTopics
{
    private static readonly (string Name, string About, Func<Command, string> Page)[] _topics =
    [
        ("options", "options that the commands have in common", OfOptions),
        (ListenOptionTable.Table.Topic, "options of an end point to listen on", static _ => Of(ListenOptionTable.Table, "127.0.0.1:9000,backlog=1024,accept-limit=1")),
        (ConnectOptionTable.Table.Topic, "options of an end point to connect to", static _ => Of(ConnectOptionTable.Table, "db.internal:5432,send-proxy=v2")),
        (CaptureOptionTable.Table.Topic, "options of --capture", static _ => Of(CaptureOptionTable.Table, "--capture relay.pcapng,size=100MiB,files=10")),
        (ViaOptionTable.Table.Topic, "further options of one that begins with via:", static _ => Of(ViaOptionTable.Table, "via:relay.example:7000,session=file:secret,relay-tls")),
        (TlsOptionTable.Table.Topic, "further options of one that begins with tls:", static _ => Of(TlsOptionTable.Table, "tls:8443,cert=/etc/ssl/site.pem,key=/etc/ssl/site.key")),
        (TrafficOptionTable.Table.Topic, "what --log-traffic shows", OfTraffic),
        (AdminOptionTable.Table.Topic, "where --admin may be", OfAdmin),
        ("extcap", "how Wireshark captures from connectors that run", static _ => OfExtcap()),
    ];

    public static IEnumerable<string> Names => _topics.Select(topic => topic.Name);

    /// <summary>That of a topic, or which topics there are.</summary>
    internal static string Page(string? topic, Command root) => topic is null
        ? new StringBuilder()
            .AppendLine("Usage: socketconnector help TOPIC")
            .AppendLine()
            .AppendLines(_topics.Select(each => OptionLine.Of(each.Name, each.About)))
            .ToString()
        : _topics.Single(each => each.Name == topic).Page(root);

    private static string OfOptions(Command root) => new StringBuilder()
        .AppendLine("Options and defaults; TIME is 250ms, 30s, 5m, 1h or none; SIZE is 4096 or 64KiB:")
        .AppendLines(root.Options.Select(OptionLine.Of))
        .ToString();

    private static string OfAdmin(Command root) => new StringBuilder()
        .AppendLine("A connector that was started with --admin WHERE can be looked at and steered")
        .AppendLine("by top, list, show, end, abort, drain, watch and capture. WHERE is one of")
        .AppendLine()
        .AppendLines([
            OptionLine.Of("auto", "a Unix socket where those commands look for it"),
            OptionLine.Of("unix:PATH", "a Unix socket for this user alone"),
            OptionLine.Of("127.0.0.1:PORT,token=...", "a port of the loopback, also for a browser"),
        ])
        .AppendLine()
        .AppendLine("Options behind the comma of a port:")
        .AppendLines(AdminOptionTable.Table.Options.Select(option => OptionLine.Of(option.Usage, option.Meaning)))
        .AppendLine()
        .AppendLine("The commands take --admin too, where several connectors run or one is elsewhere:")
        .AppendLine("auto, unix:PATH or 127.0.0.1:PORT,token=SOURCE. Without it they take what the")
        .AppendLine("variable SOCKETCONNECTOR_ADMIN says, or else the one connector that runs.")
        .AppendLine()
        .AppendLine("  socketconnector server-to-socket 8080 db.internal:5432 --admin auto")
        .AppendLine("  socketconnector list")
        .ToString();

    private static string OfTraffic(Command root) => new StringBuilder()
        .AppendLine("--log-traffic[=FORM] shows on standard error what flows. FORM is one of")
        .AppendLine()
        .AppendLines([
            OptionLine.Of("text", "printable ASCII, * for other bytes; the default"),
            OptionLine.Of("hex", "a hex dump: offset, 16 bytes a line, ASCII"),
            OptionLine.Of("json", "one JSON object a line, with the bytes in Base64"),
        ])
        .AppendLine()
        .AppendLine("Options after it, separated by commas:")
        .AppendLines(TrafficOptionTable.Table.Options.Select(option => OptionLine.Of(option.Usage, option.Meaning)))
        .AppendLine()
        .AppendLine("  --log-traffic=hex,first=256,last=64,side=A")
        .AppendLine("  --log-traffic=json,sample=5% 2> traffic.log")
        .ToString();

    private static string OfExtcap() =>
        """
        Wireshark and tshark capture from the connectors of this user that were started
        with --admin auto: each is an interface, with options for one connection, for an
        address or a port. The capture filter may be host ADDRESS, net NETWORK, port N,
        or two of them with and between.

        They call every program in a folder that Wireshark tells under Help, About,
        Folders, Personal Extcap path: ~/.local/lib/wireshark/extcap, or up to version
        4.0 ~/.config/wireshark/extcap. Write there a file socketconnector that is

          #!/bin/sh
          exec socketconnector extcap "$@"

        and make it executable: chmod +x ~/.config/wireshark/extcap/socketconnector
        Wireshark lists it after Capture, Refresh Interfaces.

        For a connector elsewhere, say there: socketconnector extcap --admin unix:PATH

          socketconnector server-to-socket 8080 db.internal:5432 --admin auto
          tshark -D | grep SocketConnector

        """;

    private static string Of<T>(OptionTable<T> table, string example)
        where T : class => new StringBuilder()
        .AppendLine($"Options of {table.Kind}, with commas between, such as")
        .AppendLine($"  {example}")
        .AppendLines(table.Options.Select(option => OptionLine.Of(option.Usage, option.Meaning)))
        .ToString();
}
