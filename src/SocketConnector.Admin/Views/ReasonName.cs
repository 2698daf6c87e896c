using System.Globalization;
using System.Text.Json;

namespace SocketConnector.Admin.Views;

/// <summary>Names of enumerations in JSON. A value without a name is told by its number.</summary>
internal static class ReasonName
{
    public static string Of(CloseReason reason) => Enum.GetName(reason) is { } name
        ? JsonNamingPolicy.CamelCase.ConvertName(name)
        : string.Create(CultureInfo.InvariantCulture, $"reason{(int)reason}");

    public static string? Of(Side? side) => side switch
    {
        Side.A => "A",
        Side.B => "B",
        _ => null,
    };

    public static string Of(RelayEngine engine) => engine == RelayEngine.Linux ? "linux" : "portable";
}
