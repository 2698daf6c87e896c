using SocketConnector.Cli.Values;

namespace SocketConnector.Cli.EndPoints;

/// <summary>An option behind an end point's comma, <c>name=VALUE</c>.</summary>
/// <param name="Name">As it is written.</param>
/// <param name="Takes">What its value is, such as <c>N</c>; empty where it takes none.</param>
/// <param name="Meaning">For the help page, with the default in brackets.</param>
/// <param name="Apply">Reads the value, which may be missing, into the options of the side.</param>
internal sealed record EndPointOption<T>(string Name, string Takes, string Meaning, Func<T, string?, Parsed<T>> Apply)
    where T : class
{
    /// <summary>Whether it may be there several times.</summary>
    public bool CanRepeat { get; init; }

    /// <summary>As it is written on a help page.</summary>
    public string Usage => Takes.Length == 0 ? Name : $"{Name}={Takes}";
}
