using System.Globalization;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Primitives;

namespace SocketConnector.Admin.Http;

/// <summary>The parameters of a request's query. An empty one counts as left out.</summary>
internal sealed class Parameters(IQueryCollection query)
{
    /// <exception cref="ProblemException">One is not among <paramref name="names"/>, or comes twice.</exception>
    public void Allow(IReadOnlyCollection<string> names)
    {
        foreach ((string name, StringValues values) in query)
        {
            if (!names.Contains(name, StringComparer.Ordinal))
            {
                throw ProblemException.BadParameter(name, names.Count == 0 ? "no parameter is taken here" : $"no such parameter; there are {string.Join(", ", names)}");
            }

            if (values.Count > 1)
            {
                throw ProblemException.BadParameter(name, "only once");
            }
        }
    }

    public string? Text(string name) => query.TryGetValue(name, out StringValues values) && values is [{ Length: > 0 } value] ? value : null;

    /// <exception cref="ProblemException">It is no number of that range.</exception>
    public long? Number(string name, long least, long most)
    {
        if (Text(name) is not { } text)
        {
            return null;
        }

        return long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out long number) && number >= least && number <= most
            ? number
            : throw ProblemException.BadParameter(name, string.Create(CultureInfo.InvariantCulture, $"a whole number from {least} to {most}"));
    }

    /// <exception cref="ProblemException">It is no duration.</exception>
    public TimeSpan? Seconds(string name)
    {
        if (Text(name) is not { } text)
        {
            return null;
        }

        // Timers go no further.
        const double Most = 49 * 24 * 3600;
        return double.TryParse(text, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out double seconds) && seconds is >= 0 and <= Most
            ? TimeSpan.FromSeconds(seconds)
            : throw ProblemException.BadParameter(name, "seconds, such as 30 or 0.5, and 49 days at most");
    }

    /// <exception cref="ProblemException">It is none of the names.</exception>
    public T? Choice<T>(string name, IReadOnlyDictionary<string, T> choices)
        where T : struct
    {
        if (Text(name) is not { } text)
        {
            return null;
        }

        return choices.TryGetValue(text, out T choice) ? choice : throw ProblemException.BadParameter(name, $"one of {string.Join(", ", choices.Keys)}");
    }
}
