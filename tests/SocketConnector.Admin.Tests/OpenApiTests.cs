using System.Net;
using System.Net.Security;
using System.Security.Cryptography.X509Certificates;
using System.Text.Json;
using SocketConnector.TestKit;

namespace SocketConnector.Admin.Tests;

/// <summary>The description holds what the server does, and the server does what the description holds.</summary>
public sealed class OpenApiTests
{
    private readonly HashSet<string> _seen = new(StringComparer.Ordinal);

    [Fact]
    public async Task B133_Every_route_and_parameter_is_described_and_every_described_one_is_there()
    {
        await using AdminHost host = await AdminHost.OnUnixAsync();
        JsonElement description = await host.GetAsync("/openapi.json");
        string[] described = [.. from path in description.GetProperty("paths").EnumerateObject()
            from operation in path.Value.EnumerateObject()
            where path.Name is not ("/" or "/{file}")
            select $"{operation.Name.ToUpperInvariant()} {path.Name}?{string.Join('&', Query(operation.Value))}{(IsOpen(operation.Value) ? " open" : "")}"];
        string[] served = [.. host.Server.Routes.Routes
            .Where(static route => !IsPageFile(route.Template))
            .Select(static route => $"{route.Method} {route.Template}?{string.Join('&', route.Parameters)}{(route.Needs == Access.Grade.None ? " open" : "")}")];
        Assert.Equal(served.Order(StringComparer.Ordinal), described.Order(StringComparer.Ordinal));

        static IEnumerable<string> Query(JsonElement operation) => operation.TryGetProperty("parameters", out JsonElement parameters)
            ? parameters.EnumerateArray().Where(static one => one.GetProperty("in").GetString() == "query").Select(static one => one.GetProperty("name").GetString()!)
            : [];

        static bool IsOpen(JsonElement operation) => operation.TryGetProperty("security", out JsonElement security) && security.GetArrayLength() == 0;
    }

    [Fact]
    public async Task B133_Every_property_of_every_answer_is_described_and_every_described_one_is_answered()
    {
        await using AdminHost host = await AdminHost.OnUnixAsync();
        JsonElement description = await host.GetAsync("/openapi.json");
        using var authority = new TestAuthority();
        using X509Certificate2 certificate = authority.Issue("localhost");
        using var server = new TestServer();
        await using Connector connector = await Connector.ServerToServerAsync(
            new ListenOptions(IPAddress.Loopback, 0)
            {
                Tls = new TlsListenOptions(new SslServerAuthenticationOptions { ServerCertificate = certificate }),
                AuthVerifier = static (_, _) => ValueTask.FromResult(AuthResult.Accept(identity: "alice")),
            },
            new ListenOptions(IPAddress.Loopback, 0) { AuthVerifier = Verifiers.Word("please") },
            new ConnectorOptions { Name = "db", GracePeriod = Timeout.InfiniteTimeSpan },
            TestContext.Current.CancellationToken);
        using IDisposable shown = host.Server.Add(connector);
        using EventReader events = await EventReader.OpenAsync(host);
        JsonElement schemas = description.GetProperty("paths").GetProperty("/v1/events").GetProperty("get").GetProperty("x-events");
        await NextAsync("ready");
        using TestPeer b = await TestPeer.ConnectAsync(connector.EndPointB!);
        await Eventually.TrueAsync(() => connector.GetAdmitting().Count == 1);
        await CheckAsync("/v1/admitting");
        await b.WriteAsync("please");
        await NextAsync("pending");
        await CheckAsync("/v1/pending");
        using TlsPeer a = await TlsPeer.ConnectAsync(connector.EndPointA!, authority);
        long id = (await NextAsync("joined")).GetProperty("id").GetInt64();
        using (EventReader second = await EventReader.OpenAsync(host))
        {
            Check((await second.NextAsync("snapshot"), schemas.GetProperty("snapshot")), "snapshot");
            Check((await second.NextAsync("connections"), schemas.GetProperty("connections")), "connections");
        }

        using TestPeer refused = await TestPeer.ConnectAsync(connector.EndPointB!);
        refused.EndHalf();
        await NextAsync("refused");
        await CheckAsync("/v1/connectors");
        await CheckAsync("/v1/connectors/1", "/v1/connectors/{connector}");
        await CheckAsync("/v1/connections");
        await CheckAsync($"/v1/connections/{id}", "/v1/connections/{id}");
        await CheckAsync("/v1/stats");
        Check(((await host.SendAsync(HttpMethod.Get, "/v1/connections?limit=0")).Body, Schema("/v1/connections", "default")), "problem");
        Check(((await host.SendAsync(HttpMethod.Post, $"/v1/connections/{id}/end")).Body, Schema("/v1/connections/{id}/end", "202")), "end");
        await NextAsync("closed");
        Check(((await host.SendAsync(HttpMethod.Post, "/v1/connectors/1/drain")).Body, Schema("/v1/connectors/{connector}/drain", "202")), "drain");
        await NextAsync("totals");
        await host.Server.DisposeAsync();
        await NextAsync("stopped");

        // It takes a reader that does not read; its one property is in its own test.
        _seen.Add("LostEvent.count");
        string[] described = [.. from schema in description.GetProperty("components").GetProperty("schemas").EnumerateObject()
            from property in schema.Value.GetProperty("properties").EnumerateObject()
            select $"{schema.Name}.{property.Name}"];
        string[] unseen = [.. described.Except(_seen, StringComparer.Ordinal)];
        Assert.True(unseen.Length == 0, $"described, and in no answer: {string.Join(", ", unseen)}");

        async Task<JsonElement> NextAsync(string name)
        {
            JsonElement data = await events.NextAsync(name);
            Check((data, schemas.GetProperty(name)), name);
            return data;
        }

        async Task CheckAsync(string path, string? template = null) => Check((await host.GetAsync(path), Schema(template ?? path, "200")), path);

        JsonElement Schema(string template, string status)
        {
            JsonElement operation = description.GetProperty("paths").GetProperty(template).EnumerateObject().First().Value;
            return operation.GetProperty("responses").GetProperty(status).GetProperty("content").EnumerateObject().First().Value.GetProperty("schema");
        }

        void Check((JsonElement Value, JsonElement Schema) it, string where) => Assert.True(Fits(description, it.Value, it.Schema, null) is var (fits, why) && fits, $"{where}: {why}\n{it.Value}");
    }

    private static bool IsPageFile(string path) => path == "/" || Path.GetExtension(path) is ".js" or ".css" or ".svg";

    private (bool Fits, string? Why) Fits(JsonElement description, JsonElement value, JsonElement schema, string? name)
    {
        if (schema.TryGetProperty("$ref", out JsonElement reference))
        {
            string target = reference.GetString()!.Split('/')[^1];
            return Fits(description, value, description.GetProperty("components").GetProperty("schemas").GetProperty(target), target);
        }

        if (schema.TryGetProperty("anyOf", out JsonElement any))
        {
            (bool Fits, string? Why)[] tries = [.. any.EnumerateArray().Select(one => Fits(description, value, one, null))];
            return tries.FirstOrDefault(static one => one.Fits) is { Fits: true } fitting ? fitting : tries[0];
        }

        string[] types = schema.GetProperty("type") is { ValueKind: JsonValueKind.Array } several ? [.. several.EnumerateArray().Select(static one => one.GetString()!)] : [schema.GetProperty("type").GetString()!];
        string type = value.ValueKind switch
        {
            JsonValueKind.Object => "object",
            JsonValueKind.Array => "array",
            JsonValueKind.String => "string",
            JsonValueKind.Number => types.Contains("number", StringComparer.Ordinal) || !value.TryGetInt64(out _) ? "number" : "integer",
            JsonValueKind.Null => "null",
            _ => "boolean",
        };
        if (!types.Contains(type, StringComparer.Ordinal))
        {
            return (false, $"{value} is of the type {type}, not {string.Join('|', types)}");
        }

        if (schema.TryGetProperty("enum", out JsonElement allowed) && !allowed.EnumerateArray().Any(one => one.ToString() == value.ToString()))
        {
            return (false, $"{value} is none of {allowed}");
        }

        return type switch
        {
            "array" => value.EnumerateArray().Select(one => Fits(description, one, schema.GetProperty("items"), null)).FirstOrDefault(static one => !one.Fits) is { Why: not null } wrong ? wrong : (true, null),
            "object" => FitsObject(description, value, schema, name),
            _ => (true, null),
        };
    }

    private (bool Fits, string? Why) FitsObject(JsonElement description, JsonElement value, JsonElement schema, string? name)
    {
        JsonElement properties = schema.GetProperty("properties");
        string[] there = [.. value.EnumerateObject().Select(static one => one.Name)];
        string[] missing = [.. schema.GetProperty("required").EnumerateArray().Select(static one => one.GetString()!).Except(there, StringComparer.Ordinal)];
        string[] foreign = [.. there.Where(one => !properties.TryGetProperty(one, out _))];
        if (missing.Length + foreign.Length > 0)
        {
            return (false, $"{name} lacks {string.Join(", ", missing)} and has {string.Join(", ", foreign)}");
        }

        foreach (JsonProperty property in value.EnumerateObject())
        {
            _seen.Add($"{name}.{property.Name}");
            if (Fits(description, property.Value, properties.GetProperty(property.Name), null) is { Fits: false } wrong)
            {
                return (false, $"{name}.{property.Name}: {wrong.Why}");
            }
        }

        return (true, null);
    }
}
