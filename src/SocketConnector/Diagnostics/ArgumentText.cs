namespace SocketConnector.Diagnostics;

/// <summary>What is wrong with an argument, without the parameter's name, which means something to callers alone.</summary>
internal static class ArgumentText
{
    public static string Of(Exception error) => error.Message.Split(" (Parameter ")[0].TrimEnd('.');
}
