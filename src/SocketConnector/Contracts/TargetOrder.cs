namespace SocketConnector;

/// <summary>Which of several targets a connection goes to first, for <see cref="ConnectOptions.Order"/>. The others are tried when that one fails, or is slow.</summary>
public enum TargetOrder
{
    /// <summary>Each in its turn, so that all get as many.</summary>
    RoundRobin = 0,

    /// <summary>The first that works, in the order given.</summary>
    Failover = 1,
}
