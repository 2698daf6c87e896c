using SocketConnector.Cli.Values;

namespace SocketConnector.Cli.CommandLine;

/// <summary>Reads what a connector is called.</summary>
internal static class NameParser
{
    public static Parsed<string?> Parse(string text)
    {
        try
        {
            return new ConnectorOptions { Name = text }.Name;
        }
        catch (ArgumentException)
        {
            return new Wrong("needs 1 to 128 characters, none of them a control character or invisible");
        }
    }
}
