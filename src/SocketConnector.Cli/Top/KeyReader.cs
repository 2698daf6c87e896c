using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;
using SocketConnector.Cli.Stdio;

namespace SocketConnector.Cli.Top;

/// <summary>Reads keys on a thread of its own, since a read from a terminal blocks; a pipe wakes that thread for its end.</summary>
internal sealed unsafe partial class KeyReader : IDisposable
{
    // What a key sends comes in one piece, or nearly so over a slow line; a person is slower.
    private const int EscapeMilliseconds = 50;
    private const int Forever = -1;

    private readonly Descriptors.ReadSome _read;
    private readonly Action<Key> _pressed;
    private readonly Action<IOException?> _ended;
    private readonly SafeFileHandle _woken;
    private readonly SafeFileHandle _wake;
    private readonly Thread _thread;

    /// <param name="pressed">Called for each key, on that thread.</param>
    /// <param name="ended">Called where no more can come, with the reason if that is a failure.</param>
    /// <exception cref="IOException">There is no standard input.</exception>
    public KeyReader(Action<Key> pressed, Action<IOException?> ended)
    {
        (_pressed, _ended) = (pressed, ended);
        _read = Descriptors.TryOpenInput() ?? throw new IOException("standard input is closed");
        (_woken, _wake) = OpenPipe();
        _thread = new Thread(ReadAll) { Name = "keys", IsBackground = true };
        _thread.Start();
    }

    public void Dispose()
    {
        _wake.Dispose();
        _thread.Join();
        _woken.Dispose();
    }

    private void ReadAll()
    {
        try
        {
            var decoder = new KeyDecoder();
            byte[] room = new byte[1024];
            while (true)
            {
                (bool hasInput, bool isOver) = Descriptors.WaitForInput((int)_woken.DangerousGetHandle(), decoder.IsWaiting ? EscapeMilliseconds : Forever);
                if (isOver)
                {
                    return;
                }

                int count = hasInput ? _read(room) : 0;
                if (hasInput && count == 0)
                {
                    _ended(null);
                    return;
                }

                foreach (Key key in hasInput ? decoder.Read(room.AsSpan(0, count)) : decoder.Flush())
                {
                    _pressed(key);
                }
            }
        }
        catch (IOException error)
        {
            _ended(error);
        }
    }

    private static (SafeFileHandle Read, SafeFileHandle Write) OpenPipe()
    {
        int* ends = stackalloc int[2];
        return MakePipe(ends) == 0
            ? (new SafeFileHandle(ends[0], ownsHandle: true), new SafeFileHandle(ends[1], ownsHandle: true))
            : throw new IOException(Marshal.GetPInvokeErrorMessage(Marshal.GetLastPInvokeError()));
    }

    [LibraryImport("libc", EntryPoint = "pipe", SetLastError = true)]
    private static partial int MakePipe(int* ends);
}
