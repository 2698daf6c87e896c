using System.Diagnostics;
using System.Globalization;
using System.Text;

namespace SocketConnector.Bench.Reporting;

/// <summary>Draws plots as SVG.</summary>
internal sealed class Gnuplot(Run run, string folder)
{
    private static readonly Dictionary<string, string> _colours = new(StringComparer.Ordinal)
    {
        ["direct"] = "#b8b8b8",
        ["auto"] = "#0b57d0",
        ["portable"] = "#7fb0f5",
        ["haproxy"] = "#e8710a",
        ["haproxy-auto"] = "#f7c08a",
        ["nginx"] = "#188038",
        ["go"] = "#9334e6",
        ["socat"] = "#c5221f",
        ["scr"] = "#0b57d0",
        ["scr-quiet"] = "#4285f4",
        ["scr-transit"] = "#7fb0f5",
        ["wormhole"] = "#e8710a",
        ["syncthing"] = "#188038",
        ["syncthing-kept"] = "#81c995",
    };

    /// <summary>The names of the plots that there were figures for.</summary>
    public async Task<IReadOnlyCollection<string>> DrawAsync()
    {
        var drawn = new List<string>();
        foreach (Plot plot in Plot.All.Where(plot => plot.Points.All(point => run.Has(point.Case))))
        {
            await DrawAsync(Script(plot));
            drawn.Add(plot.Name);
        }

        return drawn;
    }

    private string Script(Plot plot)
    {
        Contender[] relays = [.. run.Relays.Where(relay => plot.Points.Any(point => run.Median(point.Case, relay.Id, point.Metric) is not null))];
        var text = new StringBuilder();
        text.AppendLine(CultureInfo.InvariantCulture, $"""
            set terminal svg size 860,420 font 'Helvetica,Arial,sans-serif,13' background '#ffffff' name '{plot.Name.Replace('-', '_')}'
            set output '{Path.Combine(folder, plot.Name)}.svg'
            set title '{plot.Title}' font ',15'
            set ylabel '{plot.Axis}'
            set key outside right top Left reverse width -1
            set border 3 lc '#666666'
            set tics nomirror out
            set grid ytics lc '#e4e4e4' lt 1
            {(plot.IsLogarithmic ? $"set logscale y\nset yrange [{Smallest(plot) / 2:0.####}:*]" : "set yrange [0:*]")}
            """);
        text.AppendLine("$figures << END");
        for (int i = 0; i < plot.Points.Count; i++)
        {
            PlotPoint point = plot.Points[i];
            text.AppendLine(CultureInfo.InvariantCulture, $"\"{point.Label}\" {string.Join(' ', relays.Select(relay => run.Median(point.Case, relay.Id, point.Metric)?.ToString("0.####", CultureInfo.InvariantCulture) ?? "?"))}");
        }

        text.AppendLine("END").AppendLine("set datafile missing '?'");
        text.AppendLine(plot.IsLine ? "set xlabel 'streams'\nset xrange [-0.2:*]" : $"set xrange [-0.6:{plot.Points.Count - 1}.6]\nset style data histograms\nset style histogram clustered gap 1\nset style fill solid border lc '#ffffff'\nset boxwidth 0.95");
        text.Append("plot ").AppendJoin(", ", relays.Select((relay, i) => Series(plot, relay, i + 2))).AppendLine();
        return text.ToString();
    }

    /// <summary>A bar that begins there is seen, however small its value.</summary>
    private double Smallest(Plot plot) => plot.Points
        .SelectMany(point => run.Relays.Select(relay => run.Median(point.Case, relay.Id, point.Metric)))
        .Where(value => value > 0).Min() ?? 1;

    private static string Series(Plot plot, Contender relay, int column)
    {
        string colour = _colours.GetValueOrDefault(relay.Id, "#444444");
        return plot.IsLine
            ? $"$figures using 0:{column}:xtic(1) with linespoints title '{relay.Title}' lc '{colour}' lw {(relay.IsOurs ? 3 : 2)} pt 7 ps 0.6{(relay.Id == "direct" ? " dt 2" : "")}"
            : $"$figures using {column}:xtic(1) title '{relay.Title}' lc '{colour}'";
    }

    private static async Task DrawAsync(string script)
    {
        using Process gnuplot = Process.Start(new ProcessStartInfo("gnuplot") { RedirectStandardInput = true, UseShellExecute = false }) ?? throw new InvalidOperationException("gnuplot does not start");
        await gnuplot.StandardInput.WriteAsync(script);
        gnuplot.StandardInput.Close();
        await gnuplot.WaitForExitAsync();
        if (gnuplot.ExitCode != 0)
        {
            throw new InvalidOperationException($"gnuplot ended with {gnuplot.ExitCode} for:\n{script}");
        }
    }
}
