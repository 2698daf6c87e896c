using SocketConnector.Cli.Admin;

namespace SocketConnector.Cli.Top;

/// <summary>The rows that came last.</summary>
/// <param name="Offset">Which of all that match is the first of them.</param>
/// <param name="Total">How many connections there are.</param>
/// <param name="Matched">How many of these the filter lets through.</param>
/// <param name="Rows">In order.</param>
internal sealed record RowPage(int Offset, int Total, int Matched, IReadOnlyList<ConnectionInfo> Rows)
{
    public static RowPage Empty { get; } = new(0, 0, 0, []);

    /// <param name="index">Among all that match.</param>
    public ConnectionInfo? At(int index) => index >= Offset && index < Offset + Rows.Count ? Rows[index - Offset] : null;

    /// <returns>Its index among all that match; -1 where it is not here.</returns>
    public int Find(long id)
    {
        for (int at = 0; at < Rows.Count; at++)
        {
            if (Rows[at].Id == id)
            {
                return Offset + at;
            }
        }

        return -1;
    }
}
