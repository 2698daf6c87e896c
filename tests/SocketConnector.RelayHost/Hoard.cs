using Microsoft.Win32.SafeHandles;

namespace SocketConnector.RelayHost;

/// <summary>A program around the library that opens files until the system gives no more.</summary>
internal static class Hoard
{
    private static readonly Stack<SafeFileHandle> _files = new();

    /// <returns>How many were left.</returns>
    public static int TakeAll()
    {
        try
        {
            while (true)
            {
                _files.Push(File.OpenHandle("/dev/null"));
            }
        }
        catch (IOException)
        {
            return _files.Count;
        }
    }

    /// <returns>How many it had.</returns>
    public static int GiveBack()
    {
        int count = _files.Count;
        while (_files.TryPop(out SafeFileHandle? file))
        {
            file.Dispose();
        }

        return count;
    }
}
