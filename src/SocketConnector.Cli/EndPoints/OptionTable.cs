using SocketConnector.Cli.Values;

namespace SocketConnector.Cli.EndPoints;

/// <summary>The options that an end point of one kind takes, in the order in which help tells them.</summary>
/// <param name="kind">Which end points, as in "an end point to listen on".</param>
/// <param name="topic">The help page that tells of them.</param>
/// <param name="options">Each of them.</param>
/// <param name="known">What a name means that is none of them, if it means anything.</param>
internal sealed class OptionTable<T>(string kind, string topic, IReadOnlyList<EndPointOption<T>> options, Func<string, string?, Wrong?> known) : IOptionNames
    where T : class
{
    public string Kind => kind;

    /// <summary>What stands before the address of those that take these options besides their side's.</summary>
    public string? Scheme { get; init; }

    public string Topic => topic;

    public IEnumerable<string> Names => options.Select(static option => option.Name);

    public string KindOf(string kind) => kind.Replace("an end point", $"a {Scheme} end point", StringComparison.Ordinal);

    public IReadOnlyList<EndPointOption<T>> Options => options;

    public bool Has(string name) => options.Any(option => option.Name == name);

    /// <summary>Applies <c>name=value</c> and <c>name</c>, one after the other.</summary>
    /// <param name="start">What they are applied to.</param>
    /// <param name="parts">The options as they are written.</param>
    /// <param name="further">The table from which the end point takes further options.</param>
    public Parsed<T> Apply(T start, IEnumerable<string> parts, IOptionNames? further = null)
    {
        var seen = new HashSet<string>(StringComparer.Ordinal);
        T side = start;
        foreach ((string name, string? value) in parts.Select(Split))
        {
            if (options.FirstOrDefault(option => option.Name == name) is not { } option)
            {
                return known(name, value) ?? Unknown(name, further);
            }

            if (!seen.Add(name) && !option.CanRepeat)
            {
                return new Wrong($"{name} is given twice");
            }

            Parsed<T> changed = option.Apply(side, value);
            if (changed.Value is not { } next)
            {
                return changed;
            }

            side = next;
        }

        return side;
    }

    public static (string Name, string? Value) Split(string part) => part.Split('=', 2) switch
    {
        [string name, string value] => (name, value),
        _ => (part, null),
    };

    private Wrong Unknown(string name, IOptionNames? further)
    {
        string meant = Suggestion.For(name, Names.Concat(further?.Names ?? []));
        return new Wrong(further is null
            ? $"'{name}' is not an option of {kind}{meant}; see socketconnector help {topic}"
            : $"'{name}' is not an option of {further.KindOf(kind)}{meant}; see socketconnector help {topic} and help {further.Topic}");
    }
}
