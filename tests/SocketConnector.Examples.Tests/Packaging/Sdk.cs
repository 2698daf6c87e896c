using System.Diagnostics;
using System.Runtime.InteropServices;

namespace SocketConnector.Examples.Tests.Packaging;

/// <summary>The dotnet command, run to its end. It leaves no build server behind.</summary>
internal static class Sdk
{
    // A build takes seconds on a machine of its own; only a hanging one ever gets there.
    private static readonly TimeSpan _deadline = TimeSpan.FromMinutes(3);

    /// <summary>The repository that these tests were built from.</summary>
    public static string Root { get; } = FindRoot();

    /// <summary>What these tests were built as, so that what was built with them can be packed without building it again.</summary>
    public static string Configuration { get; } = Path.GetFileName(AppContext.BaseDirectory.TrimEnd(Path.DirectorySeparatorChar)) == "debug" ? "Debug" : "Release";

    /// <returns>What it printed.</returns>
    public static async Task<string> RunAsync(string folder, params string[] arguments)
    {
        string dotnet = Path.GetFullPath(Path.Combine(RuntimeEnvironment.GetRuntimeDirectory(), "../../../dotnet"));
        var start = new ProcessStartInfo(dotnet, arguments) { WorkingDirectory = folder, UseShellExecute = false, RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true };
        start.Environment["MSBUILDDISABLENODEREUSE"] = "1";
        start.Environment["UseSharedCompilation"] = "false";
        start.Environment["DOTNET_CLI_USE_MSBUILD_SERVER"] = "0";
        start.Environment["DOTNET_CLI_TELEMETRY_OPTOUT"] = "1";
        start.Environment["DOTNET_NOLOGO"] = "1";
        using Process process = Process.Start(start)!;
        process.StandardInput.Close();
        Task<string> output = process.StandardOutput.ReadToEndAsync();
        Task<string> errors = process.StandardError.ReadToEndAsync();
        using var over = new CancellationTokenSource(_deadline);
        try
        {
            await process.WaitForExitAsync(over.Token);
        }
        catch (OperationCanceledException)
        {
            process.Kill(entireProcessTree: true);
            Assert.Fail($"'dotnet {string.Join(' ', arguments)}' did not end within {_deadline.TotalMinutes} min");
        }

        Assert.True(process.ExitCode == 0, $"'dotnet {string.Join(' ', arguments)}' ended with {process.ExitCode}:\n{await output}\n{await errors}");
        return await output;
    }

    private static string FindRoot()
    {
        DirectoryInfo? folder = new(AppContext.BaseDirectory);
        while (folder is not null && !File.Exists(Path.Combine(folder.FullName, "SocketConnector.slnx")))
        {
            folder = folder.Parent;
        }

        return folder?.FullName ?? throw new InvalidOperationException($"no SocketConnector.slnx above {AppContext.BaseDirectory}");
    }
}
