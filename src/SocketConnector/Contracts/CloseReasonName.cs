using System.Globalization;
using System.Text;
using System.Text.Json;

namespace SocketConnector;

/// <summary>
/// The names of a <see cref="CloseReason"/>. All are derived here from the one in the code, so a new reason has every one of them at once.
/// A reason without a name is told by its number.
/// </summary>
internal static class CloseReasonName
{
    /// <summary>As in the code, such as <c>AuthRejected</c>: for measurements.</summary>
    public static string Of(CloseReason reason) =>
        Enum.GetName(reason) ?? string.Create(CultureInfo.InvariantCulture, $"Reason{(int)reason}");

    /// <summary>In camel case, such as <c>authRejected</c>.</summary>
    public static string InJson(CloseReason reason) => JsonNamingPolicy.CamelCase.ConvertName(Of(reason));

    /// <summary>For people, such as <c>authentication rejected</c>.</summary>
    public static string InWords(CloseReason reason) => reason switch
    {
        CloseReason.PeerReset => "reset",
        CloseReason.HalfCloseTimeout => "half-close timeout",
        CloseReason.TlsFailed => "TLS failed",
        _ => Spaced(Of(reason)),
    };

    /// <summary>A word begins with a capital, or with a number.</summary>
    private static string Spaced(string name)
    {
        var words = new StringBuilder();
        for (int i = 0; i < name.Length; i++)
        {
            if (i > 0 && (char.IsUpper(name[i]) || (char.IsAsciiDigit(name[i]) && char.IsAsciiLetter(name[i - 1]))))
            {
                words.Append(' ');
            }

            words.Append(char.ToLowerInvariant(name[i]));
        }

        return words.Replace("auth ", "authentication ").ToString();
    }
}
