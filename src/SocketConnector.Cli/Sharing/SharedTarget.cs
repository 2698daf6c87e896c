using System.Buffers;
using System.Text;
using SocketConnector.Cli.Events;
using SocketConnector.Cli.Running;
using SocketConnector.Rendezvous;

namespace SocketConnector.Cli.Sharing;

/// <summary>How a code is told on standard output.</summary>
internal enum CodeForm
{
    /// <summary>The line for the other person.</summary>
    Line = 0,

    /// <summary>The same, and a drawing of the code.</summary>
    Drawn,

    /// <summary>An object like those of events.</summary>
    Json,
}

/// <summary>A target that whoever has the code reaches: an end that listens at the relay.</summary>
/// <param name="target">What is shared.</param>
/// <param name="session">The session that the code leads to.</param>
/// <param name="code">The code.</param>
/// <param name="form">How it is told.</param>
internal sealed class SharedTarget(ConnectOptions target, RendezvousEndPoint session, MeetingCode code, CodeForm form)
{
    /// <summary>Listens at the relay, and then writes the code on standard output.</summary>
    /// <exception cref="IOException">It cannot be written.</exception>
    public async Task<Connector> StartAsync(ConnectorOptions options, CancellationToken cancellationToken)
    {
        Connector connector = await Connector.ServerToSocketAsync(new ListenOptions(session), target, options, cancellationToken);
        try
        {
            using Stream output = StandardOutput.Open();
            await output.WriteAsync(Told(options.Name), cancellationToken);
        }
        catch (IOException error)
        {
            // Nobody could join.
            await connector.DisposeAsync();
            throw new IOException($"standard output cannot be written: {error.Message}", error);
        }

        Notice.WhileRunning($"waiting at {EndPointText.Of(code.Relay)} for whoever has this code; Ctrl-C ends", options.Name);
        Progress.Show(connector, options.TimeProvider);
        return connector;
    }

    private ReadOnlyMemory<byte> Told(string? name)
    {
        string text = code.ToText();
        var told = new ArrayBufferWriter<byte>();
        if (form == CodeForm.Json)
        {
            JsonForm.WriteCode(text, code.Relay, name, told);
            told.Write("\n"u8);
        }
        else
        {
            Encoding.UTF8.GetBytes($"socketconnector join {text}\n{(form == CodeForm.Drawn ? QrCode.Draw(text) : "")}", told);
        }

        return told.WrittenMemory;
    }
}
