using SocketConnector.TestKit;

namespace SocketConnector.Tests;

/// <summary>Rows for theories.</summary>
public static class Modes
{
    public static TheoryData<Mode> All => [.. Enum.GetValues<Mode>()];

    /// <summary>Each mode with each side.</summary>
    public static TheoryData<Mode, Side> AllWithSides
    {
        get
        {
            var rows = new TheoryData<Mode, Side>();
            foreach (Mode mode in Enum.GetValues<Mode>())
            {
                rows.Add(mode, Side.A);
                rows.Add(mode, Side.B);
            }

            return rows;
        }
    }
}
