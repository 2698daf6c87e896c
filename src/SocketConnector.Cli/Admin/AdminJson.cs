using System.Text.Json;
using System.Text.Json.Serialization;

namespace SocketConnector.Cli.Admin;

/// <summary>How the answers of an admin channel are read; what a later version adds is left out.</summary>
[JsonSourceGenerationOptions(JsonSerializerDefaults.Web, GenerationMode = JsonSourceGenerationMode.Metadata)]
[JsonSerializable(typeof(ConnectorList))]
[JsonSerializable(typeof(System.Text.Json.JsonElement))]
[JsonSerializable(typeof(ConnectionInfo))]
[JsonSerializable(typeof(ConnectionPage))]
[JsonSerializable(typeof(EndData))]
[JsonSerializable(typeof(WaitingData))]
[JsonSerializable(typeof(LostData))]
[JsonSerializable(typeof(ProblemDetails))]
internal sealed partial class AdminJson : JsonSerializerContext;
