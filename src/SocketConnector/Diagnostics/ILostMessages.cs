using Microsoft.Extensions.Logging;

namespace SocketConnector.Diagnostics;

/// <summary>A logger that never fails and counts what it could not tell.</summary>
internal interface ILostMessages : ILogger
{
    /// <summary>How many messages were lost.</summary>
    long Lost { get; }
}
