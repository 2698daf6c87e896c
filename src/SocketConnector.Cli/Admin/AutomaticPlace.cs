using System.Globalization;

namespace SocketConnector.Cli.Admin;

/// <summary>Where the socket of <c>--admin auto</c> is: in the first of these folders that the surroundings name.</summary>
/// <param name="RuntimeDirectory">What systemd has made for the service, RUNTIME_DIRECTORY: one path, or several with colons between (systemd.exec(5)).</param>
/// <param name="UserRuntimeDirectory">What the login has made for the user, XDG_RUNTIME_DIR.</param>
/// <param name="UserId">The user; none where users have no numbers.</param>
/// <param name="TemporaryFolder">Where else a user may put something.</param>
internal sealed record AutomaticPlace(string? RuntimeDirectory, string? UserRuntimeDirectory, uint? UserId, string TemporaryFolder)
{
    private const string Name = "socketconnector";
    private const string Extension = ".sock";
    private const string NameInService = $"admin{Extension}";

    public static AutomaticPlace OfProcess() => new(
        Environment.GetEnvironmentVariable("RUNTIME_DIRECTORY"),
        Environment.GetEnvironmentVariable("XDG_RUNTIME_DIR"),
        UserNumber.OfProcess(),
        OperatingSystem.IsWindows() ? Path.GetTempPath() : "/tmp");

    /// <summary>The path of the socket of a process.</summary>
    public string PathOf(int processId) => Service is { } service
        ? Path.Combine(service, NameInService)
        : Path.Combine(Folder, string.Create(CultureInfo.InvariantCulture, $"{processId}{Extension}"));

    /// <summary>Where it is made.</summary>
    public string Folder => Service ?? Folders[0];

    /// <summary>Where clients look, and for which names. A user may have started one at login, and another from cron, which has no XDG_RUNTIME_DIR.</summary>
    public IEnumerable<(string Folder, string Pattern)> Searched =>
    [
        .. Service is { } service ? [(service, NameInService)] : Array.Empty<(string, string)>(),
        .. Folders.Select(static folder => (folder, $"*{Extension}")),
    ];

    private string? Service => RuntimeDirectory?.Split(':')[0] is ['/', ..] path ? path : null;

    private string[] Folders =>
    [
        // A relative one is to be ignored (XDG Base Directory Specification).
        .. UserRuntimeDirectory is ['/', ..] user ? [Path.Combine(user, Name)] : Array.Empty<string>(),
        .. UserId == 0 ? ["/run/" + Name] : Array.Empty<string>(),
        Path.Combine(TemporaryFolder, UserId is uint number ? string.Create(CultureInfo.InvariantCulture, $"{Name}-{number}") : Name),
    ];
}
