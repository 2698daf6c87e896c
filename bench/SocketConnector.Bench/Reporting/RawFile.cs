using System.Globalization;
using System.Text;
using SocketConnector.Bench.Measuring;

namespace SocketConnector.Bench.Reporting;

/// <summary>Every figure of a run as a line of text, so that anyone can judge the medians, and the page can be written again.</summary>
internal static class RawFile
{
    private const string Header = "round,case,relay,metric,value";

    public static void Write(string path, Run run)
    {
        var text = new StringBuilder();
        text.AppendJoin("", run.Facts.Select(fact => $"# fact {fact.Name} = {fact.Value}\n"));
        text.AppendJoin("", run.Relays.Select(relay => $"# {(relay.IsOurs ? "ours" : "peer")} {relay.Id} = {relay.Title}\n"));
        text.AppendJoin("", run.Failures.Select(failure => $"# failure = {failure.ReplaceLineEndings(" ")}\n"));
        text.Append(Header).Append('\n');
        text.AppendJoin("", run.Figures.Select(it => string.Create(CultureInfo.InvariantCulture, $"{it.Round},{it.Case},{it.Relay},{it.Metric},{it.Value:0.#####}\n")));
        File.WriteAllText(path, text.ToString());
    }

    public static Run Read(string path)
    {
        var facts = new List<Fact>();
        var relays = new List<Contender>();
        var failures = new List<string>();
        var figures = new List<Figure>();
        foreach (string line in File.ReadLines(path).Where(line => line.Length > 0 && line != Header))
        {
            if (line[0] != '#')
            {
                string[] cells = line.Split(',');
                figures.Add(new Figure(int.Parse(cells[0], CultureInfo.InvariantCulture), cells[1], cells[2], cells[3], double.Parse(cells[4], CultureInfo.InvariantCulture)));
                continue;
            }

            string[] sides = line[2..].Split(" = ", 2);
            string[] names = sides[0].Split(' ', 2);
            switch (names[0])
            {
                case "fact":
                    facts.Add(new Fact(names[1], sides[1]));
                    break;
                case "failure":
                    failures.Add(sides[1]);
                    break;
                default:
                    relays.Add(new Contender(names[1], sides[1], names[0] == "ours"));
                    break;
            }
        }

        return new Run(facts, relays, figures, failures);
    }
}
