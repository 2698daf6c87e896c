using SocketConnector.Diagnostics;
using SocketConnector.Taps;

namespace SocketConnector.Joining;

/// <summary>What every connection of a connector shares.</summary>
/// <param name="Options">The connector's.</param>
/// <param name="Observer">The connector's.</param>
/// <param name="Taps">Whoever wants a tap on each.</param>
/// <param name="Ended">Called once for each connection, when both of its sockets are closed.</param>
internal sealed record ConnectionServices(ConnectorOptions Options, Observer Observer, TapSources Taps, Action<Connection, CloseInfo> Ended);
