using System.Globalization;
using System.Text;

namespace SocketConnector.Cli.Admin;

/// <summary>
/// What Wireshark reads from a program that captures for it: sentences of a word and <c>{key=value}</c>, one to a line
/// (wireshark.org/docs/wsdg_html_chunked/ChCaptureExtcap.html).
/// </summary>
internal static class ExtcapText
{
    /// <summary>In place of a side, where it does not matter.</summary>
    public const string EitherSide = "either";

    /// <summary>LINKTYPE_RAW: packets begin with their IP header, as captures are written.</summary>
    public const string LinkTypes = "dlt {number=101}{name=RAW}{display=Raw IP}\n";

    /// <summary>The options of every interface.</summary>
    public const string Arguments =
        $$"""
        arg {number=0}{call=--connection}{display=Connection}{tooltip=The number of the connection, from socketconnector list; all connections if empty}{type=unsigned}{required=false}
        arg {number=1}{call=--address}{display=Address}{tooltip=Only connections with a peer at this address or in this network, such as 10.0.0.0/8}{type=string}{required=false}
        arg {number=2}{call=--port}{display=Port}{tooltip=Only connections with this port at one end}{type=unsigned}{range=1,65535}{required=false}
        arg {number=3}{call=--side}{display=Side}{tooltip=The peer that must have that address and port}{type=selector}{required=false}
        value {arg=3}{value={{EitherSide}}}{display=Either side}{default=true}
        value {arg=3}{value=A}{display=Side A}{default=false}
        value {arg=3}{value=B}{display=Side B}{default=false}
        arg {number=4}{call=--snaplen}{display=Bytes of each packet}{tooltip=Each packet is cut after so many bytes}{type=unsigned}{range=68,262144}{default=262144}{required=false}

        """;

    private const string Prefix = "socketconnector";

    /// <param name="version">Of this program.</param>
    public static string Program(string version) => $"extcap {{version={Value(version)}}}{{display=SocketConnector}}\n";

    /// <param name="channels">What each process that runs has said. One that does not say which process it is cannot be named.</param>
    public static string Interfaces(IEnumerable<ConnectorList> channels)
    {
        var text = new StringBuilder();
        foreach (ConnectorList channel in channels)
        {
            foreach (ConnectorInfo connector in channel.Connectors)
            {
                if (channel.Program is { ProcessId: var process })
                {
                    text.Append(CultureInfo.InvariantCulture, $"interface {{value={NameOf(process, connector.Id)}}}{{display=SocketConnector {Value(Title(connector))} (process {process})}}\n");
                }
            }
        }

        return text.ToString();
    }

    /// <summary>The name of an interface, which Wireshark keeps and gives back.</summary>
    public static string NameOf(int process, string connector) => string.Create(CultureInfo.InvariantCulture, $"{Prefix}-{process}-{Value(connector)}");

    /// <summary>Undoes <see cref="NameOf"/>.</summary>
    /// <returns>Nothing where it is no such name.</returns>
    public static (int Process, string Connector)? ReadName(string name) =>
        name.Split('-', 3) is [Prefix, string process, { Length: > 0 } connector] && int.TryParse(process, NumberStyles.None, CultureInfo.InvariantCulture, out int number)
            ? (number, connector)
            : null;

    private static string Title(ConnectorInfo connector) =>
        connector.Name is { Length: > 0 } name ? name
        : connector.ListensA.Concat(connector.ListensB).ToArray() is { Length: > 0 } listens ? string.Join(", ", listens)
        : $"connector {connector.Id}";

    /// <summary>Wireshark ends a value at the first closing brace, and a sentence at the end of the line; there is no escape for either.</summary>
    private static string Value(string text) => LegibleText.Of(text).Replace('{', '(').Replace('}', ')');
}
