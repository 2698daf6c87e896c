namespace SocketConnector.Cli.Events;

/// <summary>A text of which somebody else chose a part, kept to its line and from the terminal's escape codes.</summary>
internal static class OneLine
{
    /// <returns>The text with <c>*</c> for each control character.</returns>
    public static string Of(string text) =>
        text.Any(char.IsControl) ? new string([.. text.Select(character => char.IsControl(character) ? '*' : character)]) : text;
}
