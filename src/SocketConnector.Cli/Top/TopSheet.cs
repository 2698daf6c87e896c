using SocketConnector.Cli.Admin;

namespace SocketConnector.Cli.Top;

/// <summary>What is shown instead of the table.</summary>
/// <param name="Scroll">How many of its lines have gone out at the top.</param>
internal abstract record TopSheet(int Scroll)
{
    internal sealed record Help(int Scroll) : TopSheet(Scroll);

    /// <param name="Id">Of the connection.</param>
    /// <param name="Connection">All that was known of it last.</param>
    /// <param name="HasEnded">Whether these are its last figures.</param>
    /// <param name="Scroll">As for every sheet.</param>
    internal sealed record Details(long Id, ConnectionInfo Connection, bool HasEnded, int Scroll) : TopSheet(Scroll);
}
