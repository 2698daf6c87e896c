using System.Net;
using SocketConnector.Cli.Values;
using SocketConnector.Rendezvous;

namespace SocketConnector.Cli.EndPoints;

/// <summary>
/// Stands for a session until the program starts. Parsing reads no secrets: help, the version and a mistake elsewhere on the line must not
/// wait for standard input.
/// </summary>
internal sealed class UnreadVia(ViaSettings settings) : TransportEndPoint
{
    /// <summary>Reads the secrets of a side that was parsed.</summary>
    /// <returns>The side with its sessions, or what is wrong with a secret.</returns>
    public static Parsed<T> ReadAll<T>(T side, ConnectorOptions connector)
        where T : SideOptions => side switch
        {
            ListenOptions listen => ReadAll(listen.EndPoints, connector).Then(endPoints => (T)(SideOptions)(listen with { EndPoints = endPoints })),
            ConnectOptions connect => ReadAll(connect.EndPoints, connector).Then(endPoints => (T)(SideOptions)(connect with { EndPoints = endPoints })),
            _ => side,
        };

    /// <summary>The relay.</summary>
    /// <returns>The text.</returns>
    public override string ToString() => $"{ViaSettings.Scheme}{EndPointText.Of(settings.Relay!)}";

    private static Parsed<IReadOnlyList<EndPoint>> ReadAll(IReadOnlyList<EndPoint> endPoints, ConnectorOptions connector)
    {
        var all = new List<EndPoint>();
        foreach (EndPoint endPoint in endPoints)
        {
            if (endPoint is not UnreadVia unread)
            {
                all.Add(endPoint);
                continue;
            }

            Parsed<RendezvousEndPoint> read = unread.Settings.Read(connector);
            if (read.Value is not { } session)
            {
                return new Wrong(read.Error!);
            }

            all.Add(session);
        }

        return all;
    }

    private ViaSettings Settings => settings;
}
