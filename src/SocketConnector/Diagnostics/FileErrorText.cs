namespace SocketConnector.Diagnostics;

/// <summary>Why a file cannot be read, in words that do not repeat its path.</summary>
internal static class FileErrorText
{
    public static string Of(string path, Exception error) => error switch
    {
        _ when Directory.Exists(path) => "it is a directory",
        FileNotFoundException or DirectoryNotFoundException => "there is no such file",
        UnauthorizedAccessException => "permission denied",
        _ => error.Message,
    };
}
