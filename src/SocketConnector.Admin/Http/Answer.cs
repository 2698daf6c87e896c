using System.Buffers;
using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.WebUtilities;

namespace SocketConnector.Admin.Http;

/// <summary>Answers that are whole before the first byte is sent.</summary>
internal static class Answer
{
    private const string Json = "application/json; charset=utf-8";

    public static Task JsonAsync(HttpContext context, Action<Utf8JsonWriter> write, int status = StatusCodes.Status200OK) => JsonAsync(context, Json, write, status);

    /// <summary>RFC 9457.</summary>
    public static Task ProblemAsync(HttpContext context, int status, string detail) => JsonAsync(
        context,
        "application/problem+json",
        json =>
        {
            json.WriteStartObject();
            json.WriteString("title", ReasonPhrases.GetReasonPhrase(status));
            json.WriteNumber("status", status);
            json.WriteString("detail", detail);
            json.WriteEndObject();
        },
        status);

    public static Task TextAsync(HttpContext context, string contentType, string text) => BytesAsync(context, contentType, Encoding.UTF8.GetBytes(text));

    public static async Task BytesAsync(HttpContext context, string contentType, ReadOnlyMemory<byte> bytes)
    {
        context.Response.ContentType = contentType;
        context.Response.ContentLength = bytes.Length;
        await context.Response.BodyWriter.WriteAsync(bytes, context.RequestAborted).ConfigureAwait(false);
    }

    private static Task JsonAsync(HttpContext context, string contentType, Action<Utf8JsonWriter> write, int status)
    {
        var body = new ArrayBufferWriter<byte>(1024);
        using (var json = new Utf8JsonWriter(body))
        {
            write(json);
        }

        context.Response.StatusCode = status;
        return BytesAsync(context, contentType, body.WrittenMemory);
    }
}
