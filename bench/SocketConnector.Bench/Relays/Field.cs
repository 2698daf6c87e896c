namespace SocketConnector.Bench.Relays;

/// <summary>All relays that are measured, ours first.</summary>
internal sealed class Field(Layout layout, TlsFiles tls)
{
    // The buffers that nginx is given below; without bytes that move, neither has any.
    private static readonly string[] _likeNginx = ["--buffer-size", "256KiB"];

    public IReadOnlyList<RelayRecipe> Choose(IReadOnlyList<string> wanted)
    {
        RelayRecipe[] all = [.. Ours(), Haproxy(), HaproxyAuto(), Nginx(), Go(), Socat(), HaproxyTls(), NginxTls(), Stunnel(), Hitch(), .. MeetingPoints.All(layout, tls)];
        string[] unknown = [.. wanted.Except(all.Select(relay => relay.Id).Append(RelayRecipe.Direct.Id), StringComparer.Ordinal)];
        return unknown.Length == 0
            ? [RelayRecipe.Direct, .. all.Where(relay => wanted.Count == 0 || wanted.Contains(relay.Id))]
            : throw new FormatException($"there is no relay {string.Join(", ", unknown)}; there are {string.Join(", ", all.Select(relay => relay.Id))}");
    }

    private RelayRecipe[] Ours() =>
    [
        Ours("auto", "SocketConnector", "--engine", "auto") with { IsPlainConnector = true },
        Ours("quiet", "SocketConnector, no events", "--engine", "auto", "--events", "none") with { OnlyMakesConnections = true },
        Ours("portable", "SocketConnector, portable", ["--engine", "portable", .. _likeNginx]),
        OursTls("auto", "SocketConnector", "--engine", "auto"),
        OursTls("portable", "SocketConnector, portable", "--engine", "portable"),
    ];

    private RelayRecipe Ours(string id, string title, params string[] flags) => new(id, title, IsOurs: true, place =>
        [layout.Program, "server-to-socket", $"127.0.0.1:{place.Port},backlog=4096", $"127.0.0.1:{place.Backend}", .. flags]);

    private RelayRecipe OursTls(string id, string title, params string[] flags) => new(id, title, IsOurs: true, place =>
        [layout.Program, "server-to-socket", $"tls:127.0.0.1:{place.Port},backlog=4096,cert={tls.Certificate},key={tls.Key}", $"127.0.0.1:{place.Backend}", .. flags])
    {
        SpeaksTls = true,
    };

    // Left to its own guess it rarely splices; told to, it moves bulk at a fraction of the cost. Both are shown.
    private RelayRecipe Haproxy() => new("haproxy", "HAProxy", IsOurs: false, place =>
        ["haproxy", "-db", "-f", Fill("haproxy.cfg", place, ("@SPLICE@", "option splice-request\n    option splice-response"))]);

    private RelayRecipe HaproxyAuto() => new("haproxy-auto", "HAProxy, splice-auto", IsOurs: false, place =>
        ["haproxy", "-db", "-f", Fill("haproxy.cfg", place, ("@SPLICE@", "option splice-auto"))])
    {
        OnlyMovesBytes = true,
    };

    private RelayRecipe Nginx() => new("nginx", "nginx stream", IsOurs: false, place =>
        ["nginx", "-e", "stderr", "-c", Fill("nginx.conf", place, ("@BUFFER@", place.ForIdleMemory ? "16k" : "256k"))]);

    private RelayRecipe Go() => new("go", "Go io.Copy", IsOurs: false, place =>
        [layout.GoProxy, $"127.0.0.1:{place.Port}", $"127.0.0.1:{place.Backend}"]);

    private static RelayRecipe Socat() => new("socat", "socat", IsOurs: false, place =>
        ["socat", "-b", "65536", $"TCP-LISTEN:{place.Port},bind=127.0.0.1,fork,reuseaddr,nodelay,backlog=4096", $"TCP:127.0.0.1:{place.Backend},nodelay"])
    {
        ForksPerConnection = true,
    };

    private RelayRecipe HaproxyTls() => new("haproxy", "HAProxy", IsOurs: false, place => ["haproxy", "-db", "-f", Fill("haproxy-tls.cfg", place)]) { SpeaksTls = true };

    private RelayRecipe NginxTls() => new("nginx", "nginx stream", IsOurs: false, place =>
        ["nginx", "-e", "stderr", "-c", Fill("nginx-tls.conf", place, ("@BUFFER@", place.ForIdleMemory ? "16k" : "256k"))])
    {
        SpeaksTls = true,
    };

    private RelayRecipe Stunnel() => new("stunnel", "stunnel", IsOurs: false, place => ["stunnel4", Fill("stunnel.conf", place)]) { SpeaksTls = true };

    private RelayRecipe Hitch() => new("hitch", "hitch", IsOurs: false, place => ["hitch", $"--config={Fill("hitch.conf", place)}"]) { SpeaksTls = true };

    private string Fill(string template, RelayPlace place, (string Name, string Value)? setting = null)
    {
        string file = Path.Combine(place.Home, template);
        File.WriteAllText(file, File.ReadAllText(Path.Combine(layout.Peers, template))
            .Replace("@LISTEN@", $"{place.Port}", StringComparison.Ordinal)
            .Replace("@BACKEND@", $"{place.Backend}", StringComparison.Ordinal)
            .Replace("@HOME@", place.Home, StringComparison.Ordinal)
            .Replace("@PEM@", tls.Both, StringComparison.Ordinal)
            .Replace(setting?.Name ?? "@", setting?.Value ?? "@", StringComparison.Ordinal));
        return file;
    }
}
