using System.CommandLine;
using System.Text;

namespace SocketConnector.Cli.CommandLine;

/// <summary>An option on a help page: how it is written, and what it means.</summary>
internal static class OptionLine
{
    private const int Columns = 80;
    private const int LabelWidth = 26;

    public static string Of(Option option) => Of(Usage(option.Name, option.HelpName), option.Description!);

    public static string Of(string usage, string meaning)
    {
        string gap = usage.Length <= LabelWidth ? new string(' ', LabelWidth - usage.Length + 1)
            : 2 + usage.Length + 1 + meaning.Length <= Columns ? " "
            : $"\n{new string(' ', LabelWidth + 3)}";
        return $"  {usage}{gap}{meaning}";
    }

    /// <summary>How an option is written with its value; one that may be left out stands behind its <c>=</c>.</summary>
    public static string Usage(string name, string? value) => value switch
    {
        null => name,
        ['[', '=', ..] => name + value,
        _ => $"{name} {value}",
    };

    public static StringBuilder AppendLines(this StringBuilder page, IEnumerable<string> lines)
    {
        foreach (string line in lines)
        {
            page.AppendLine(line);
        }

        return page;
    }
}
