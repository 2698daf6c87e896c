using System.CommandLine;
using SocketConnector.Cli.Values;

namespace SocketConnector.Cli.CommandLine;

/// <summary>An option whose value says where a secret is kept. No message repeats the value, which may be the secret itself by mistake.</summary>
internal static class SecretFlag
{
    public static Option<string?> Of(string name, string description) => new(name)
    {
        HelpName = "SOURCE",
        Description = description,
        CustomParser = result =>
        {
            string text = result.Tokens[0].Value;
            if (!SecretSource.Is(text))
            {
                result.AddError($"{name} takes where the secret is, never the secret itself; write {name} file:PATH, {name} env:NAME or {name} stdin:");
            }

            return text;
        },
    };
}
