namespace SocketConnector.Diagnostics;

/// <summary>
/// What an exception says, safe to show: its words may be a peer's. It may be of a user's own type, and fail even at that.
/// </summary>
internal static class ErrorText
{
    public static string Of(Exception error)
    {
        try
        {
            return LegibleText.Of(error.Message);
        }
        catch (Exception)
        {
            return error.GetType().Name;
        }
    }
}
