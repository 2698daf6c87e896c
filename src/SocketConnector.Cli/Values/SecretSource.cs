using System.Text;
using SocketConnector.Diagnostics;

namespace SocketConnector.Cli.Values;

/// <summary>Reads a secret from where it is kept: <c>env:NAME</c>, <c>file:PATH</c> or <c>stdin:</c>. No error repeats what was read.</summary>
internal static class SecretSource
{
    private const string Variable = "env:";
    private const string File = "file:";
    private const string Input = "stdin:";
    private const string BareInput = "stdin";

    // Far more keys than anybody changes by hand; an endless file is not read to its end.
    private const int MaxLength = 64 * 1024;
    private const UnixFileMode Others = (UnixFileMode)0b000_111_111;

    private static readonly UTF8Encoding _encoding = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    // Both sides may name it.
    private static readonly Lazy<Parsed<string>> _input = new(static () => Read("standard input", Console.OpenStandardInput, static error => error.Message));

    /// <summary>Whether it says where a secret is kept, and so is none itself.</summary>
    public static bool Is(ReadOnlySpan<char> text) => text.StartsWith(Variable, StringComparison.Ordinal) || text.StartsWith(File, StringComparison.Ordinal) || text is Input or BareInput;

    /// <summary>Whether it is kept on standard input.</summary>
    public static bool IsInput(string text) => text is Input or BareInput;

    /// <summary>Whether a word of the command line has a secret itself behind <c>name=</c>, where its source should be.</summary>
    public static bool IsWrittenIn(string word, string name)
    {
        string mark = $"{name}=";
        for (int at = word.IndexOf(mark, StringComparison.OrdinalIgnoreCase); at >= 0; at = word.IndexOf(mark, at + 1, StringComparison.OrdinalIgnoreCase))
        {
            ReadOnlySpan<char> value = word.AsSpan(at + mark.Length).TrimStart('"');
            ReadOnlySpan<char> source = value.IndexOfAny(',', '"') is >= 0 and int end ? value[..end] : value;
            if (!source.IsEmpty && !Is(source))
            {
                return true;
            }
        }

        return false;
    }

    public static Parsed<string> Read(string text)
    {
        if (FileOf(text) is { } path)
        {
            return path.Length == 0 ? new Wrong("the path is missing; write file:/etc/relay.keys") : Read($"'{path}'", () => System.IO.File.OpenRead(path), error => FileErrorText.Of(path, error));
        }

        if (IsInput(text))
        {
            return _input.Value;
        }

        string name = text[Variable.Length..];
        return name.Length == 0 ? new Wrong("the name of the variable is missing; write env:RELAY_SECRET")
            : Environment.GetEnvironmentVariable(name) is { } value ? value
            : new Wrong($"there is no environment variable {name}");
    }

    /// <returns>What to warn of; nothing where it is no file, or nobody else may read it.</returns>
    public static string? Warning(string text)
    {
        try
        {
            return FileOf(text) is { Length: > 0 } path && !OperatingSystem.IsWindows() && !IsCredential(path) && (System.IO.File.GetUnixFileMode(path) & Others) != UnixFileMode.None
                ? $"warning: other users may read or change the secrets in {path}; chmod 600 {path}"
                : null;
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            // It was there a moment ago.
            return null;
        }
    }

    /// <summary>One that systemd has put there for this process alone. Where it does so by an access list, the file's mode looks wider than it is.</summary>
    private static bool IsCredential(string path) => Environment.GetEnvironmentVariable("CREDENTIALS_DIRECTORY") is { Length: > 0 } folder && Path.GetDirectoryName(Path.GetFullPath(path)) == folder;

    private static string? FileOf(string text) => text.StartsWith(File, StringComparison.Ordinal) ? text[File.Length..] : null;

    private static Parsed<string> Read(string what, Func<Stream> open, Func<Exception, string> explain)
    {
        try
        {
            using Stream stream = open();
            byte[] bytes = new byte[MaxLength + 1];
            int length = stream.ReadAtLeast(bytes, bytes.Length, throwOnEndOfStream: false);
            return length > MaxLength ? new Wrong($"{what} is longer than 64 KiB, and holds no keys") : _encoding.GetString(bytes, 0, length).TrimStart('\uFEFF');
        }
        catch (DecoderFallbackException)
        {
            return new Wrong($"{what} is not text in UTF-8");
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException or ArgumentException or NotSupportedException)
        {
            return new Wrong($"cannot read {what}: {explain(error)}");
        }
    }
}
