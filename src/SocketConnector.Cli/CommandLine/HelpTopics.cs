using System.CommandLine;
using System.Text;
using SocketConnector.Cli.EndPoints;

namespace SocketConnector.Cli.CommandLine;

/// <summary>The pages of <c>socketconnector help TOPIC</c> (<see cref="HelpCommand"/>); each fits on a screen of 80 columns and 24 lines.</summary>
internal static class HelpTopics
{
    private static readonly (string Name, string About, Func<Command, string> Page)[] _topics =
    [
        ("options", "every option of the four commands", OfOptions),
        (ListenOptionTable.Table.Topic, "options of an end point to listen on", static _ => Of(ListenOptionTable.Table, "127.0.0.1:9000,backlog=1024,accept-limit=1")),
        (ConnectOptionTable.Table.Topic, "options of an end point to connect to", static _ => Of(ConnectOptionTable.Table, "db.internal:5432,send-proxy=v2")),
        (ViaOptionTable.Table.Topic, "further options of one that begins with via:", static _ => Of(ViaOptionTable.Table, "via:relay.example:7000,session=file:secret,relay-tls")),
        (TlsOptionTable.Table.Topic, "further options of one that begins with tls:", static _ => Of(TlsOptionTable.Table, "tls:8443,cert=/etc/ssl/site.pem,key=/etc/ssl/site.key")),
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

    private static string Of<T>(OptionTable<T> table, string example)
        where T : class => new StringBuilder()
        .AppendLine($"Options of {table.Kind}, with commas between, such as")
        .AppendLine($"  {example}")
        .AppendLines(table.Options.Select(option => OptionLine.Of(option.Usage, option.Meaning)))
        .ToString();
}
