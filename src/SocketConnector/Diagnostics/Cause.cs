using System.Text;

namespace SocketConnector.Diagnostics;

/// <summary>A close reason and the side that caused it, in the words that messages and events have for people.</summary>
internal readonly record struct Cause(CloseReason Reason, Side? Side)
{
    public override string ToString()
    {
        string reason = Reason switch
        {
            CloseReason.PeerReset => "reset",
            CloseReason.HalfCloseTimeout => "half-close timeout",
            _ => Spaced(Reason.ToString()),
        };
        string preposition = Reason is CloseReason.Completed or CloseReason.PeerReset ? "by" : "on";
        return Side is Side side ? $"{reason} {preposition} side {side}" : reason;
    }

    /// <summary>"AuthRejected" as "authentication rejected".</summary>
    private static string Spaced(string name)
    {
        var words = new StringBuilder();
        foreach (char letter in name)
        {
            if (char.IsUpper(letter) && words.Length > 0)
            {
                words.Append(' ');
            }

            words.Append(char.ToLowerInvariant(letter));
        }

        return words.Replace("auth ", "authentication ").ToString();
    }
}
