using System.IO.Pipelines;
using System.Text;
using System.Text.Json;

namespace SocketConnector.Admin.Events;

/// <summary>Server-sent events (HTML, section 9.2). JSON in one line needs no more than one data field.</summary>
/// <param name="output">The body of the answer.</param>
internal sealed class SseWriter(PipeWriter output)
{
    /// <summary>Appends an event.</summary>
    public void Write(string name, Action<Utf8JsonWriter> data)
    {
        Append($"event: {name}\ndata: ");
        using (var json = new Utf8JsonWriter(output))
        {
            data(json);
        }

        Append("\n\n");
    }

    /// <summary>Appends what keeps the connection alive and says nothing.</summary>
    public void WriteComment() => Append(":\n\n");

    /// <returns>Whether the reader is still there.</returns>
    public async ValueTask<bool> FlushAsync(CancellationToken cancellationToken) => !(await output.FlushAsync(cancellationToken).ConfigureAwait(false)).IsCompleted;

    private void Append(string text) => Encoding.UTF8.GetBytes(text, output);
}
