using System.Security.Cryptography;
using System.Text;
using SocketConnector.TestKit;

namespace SocketConnector.Tests.Transports;

/// <summary>What a test does with the far end of a stream. Every wait has a deadline.</summary>
internal static class StreamSteps
{
    public static Task SayAsync(this Stream stream, string text) => stream.WriteAsync(Encoding.ASCII.GetBytes(text)).AsTask().InTimeAsync(what: $"writing '{text}'");

    public static async Task<string> HearAsync(this Stream stream, int count)
    {
        byte[] bytes = new byte[count];
        await stream.ReadExactlyAsync(bytes).AsTask().InTimeAsync(what: $"reading {count} bytes");
        return Encoding.ASCII.GetString(bytes);
    }

    public static async Task<string> HearToEndAsync(this Stream stream)
    {
        using var text = new StreamReader(stream, Encoding.ASCII, leaveOpen: true);
        return await text.ReadToEndAsync().InTimeAsync(what: "the end of the stream");
    }

    /// <summary>To a clean end; a reset throws.</summary>
    public static async Task<string> HashToEndAsync(this Stream stream) =>
        Convert.ToHexString(await SHA256.HashDataAsync(stream).AsTask().InTimeAsync(what: "the end of the stream"));
}
