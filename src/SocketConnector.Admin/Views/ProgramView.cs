using System.Diagnostics;
using System.Reflection;
using System.Text.Json;

namespace SocketConnector.Admin.Views;

/// <summary>The program that the admin channel is of.</summary>
internal static class ProgramView
{
    private static readonly (string Name, string? Version, DateTimeOffset StartedAt) _program = Read();

    public static void Write(Utf8JsonWriter json)
    {
        json.WriteStartObject("program");
        json.WriteString("name", _program.Name);
        json.WriteString("version", _program.Version);
        json.WriteNumber("processId", Environment.ProcessId);
        json.WriteTime("startedAt", _program.StartedAt);
        json.WriteEndObject();
    }

    private static (string, string?, DateTimeOffset) Read()
    {
        var program = Assembly.GetEntryAssembly();
        using var process = Process.GetCurrentProcess();

        // The commit behind it is for those who build, not for those who run.
        string? version = program?.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion.Split('+')[0];
        string? name = program?.GetCustomAttribute<AssemblyTitleAttribute>()?.Title ?? program?.GetName().Name;
        return (name ?? Path.GetFileNameWithoutExtension(Environment.ProcessPath) ?? "program", version, new DateTimeOffset(process.StartTime.ToUniversalTime()));
    }
}
