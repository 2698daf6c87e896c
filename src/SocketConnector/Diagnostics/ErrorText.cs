namespace SocketConnector.Diagnostics;

/// <summary>What an exception says. It may be of a user's own type, and fail even at that.</summary>
internal static class ErrorText
{
    public static string Of(Exception error)
    {
        try
        {
            return error.Message;
        }
        catch (Exception)
        {
            return error.GetType().Name;
        }
    }
}
