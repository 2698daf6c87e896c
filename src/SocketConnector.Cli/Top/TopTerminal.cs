using System.Text;
using SocketConnector.Cli.Events;

namespace SocketConnector.Cli.Top;

/// <summary>The terminal while <c>top</c> has it: raw, on its alternate screen, without a cursor. However the process ends, it is given back as it was.</summary>
internal sealed class TopTerminal : IDisposable
{
    // Alternate screen, no cursor, and no line that runs on into the next (xterm, ctlseqs).
    private const string Take = "\e[?1049h\e[?25l\e[?7l";
    private const string GiveBack = "\e[0m\e[?7h\e[?25h\e[?1049l";

    private readonly Lock _gate = new();
    private readonly Stream _output;
    private readonly RawMode _mode;
    private bool _isOurs;

    private TopTerminal(Stream output, RawMode mode)
    {
        (_output, _mode) = (output, mode);

        // A second signal ends the process without unwinding.
        AppDomain.CurrentDomain.ProcessExit += OnExit;
    }

    /// <returns>Why it cannot be drawn on; nothing where it can.</returns>
    public static string? WhyNot() =>
        OperatingSystem.IsWindows() ? "draws on terminals of Linux and macOS"
        : Console.IsOutputRedirected ? "draws on a terminal, and standard output is none"
        : Console.IsInputRedirected ? "takes keys from a terminal, and standard input is none"
        : Environment.GetEnvironmentVariable("TERM") is null or "" or "dumb" ? "needs a terminal with a cursor, and TERM says that this one has none"
        : null;

    /// <exception cref="IOException">It cannot be had.</exception>
    public static TopTerminal Open()
    {
        // The runtime saves the terminal's state when it is first asked for its size, and gives that back at the exit.
        _ = CurrentSize;
        var terminal = new TopTerminal(StandardOutput.Open(), new RawMode());
        terminal.Enter();
        return terminal;
    }

    public static ScreenSize CurrentSize
    {
        get
        {
            (int columns, int lines) = (Console.WindowWidth, Console.WindowHeight);
            return columns > 0 && lines > 0 ? new ScreenSize(columns, lines) : ScreenSize.Usual;
        }
    }

    /// <summary>Takes it, also where something else has had it since.</summary>
    public void Enter()
    {
        lock (_gate)
        {
            _isOurs = true;
            _mode.Enter();
            Write(Take);
        }
    }

    /// <summary>In one write, so that no half of it is seen.</summary>
    /// <exception cref="IOException">The terminal has gone.</exception>
    public void Write(string text) => _output.Write(Encoding.UTF8.GetBytes(text));

    public void Dispose()
    {
        AppDomain.CurrentDomain.ProcessExit -= OnExit;
        Leave();
        _output.Dispose();
    }

    private void OnExit(object? sender, EventArgs arguments) => Leave();

    private void Leave()
    {
        lock (_gate)
        {
            if (!_isOurs)
            {
                return;
            }

            _isOurs = false;
            try
            {
                Write(GiveBack);
            }
            catch (IOException)
            {
                // There is no terminal left to give back.
            }
            finally
            {
                _mode.Leave();
            }
        }
    }
}
