using SocketConnector.Cli.CommandLine;
using SocketConnector.Cli.EndPoints;
using SocketConnector.Cli.Running;
using SocketConnector.Cli.Tests.Processes;
using SocketConnector.Cli.Values;

namespace SocketConnector.Cli.Tests.EndPoints;

public sealed class AuthOptionTests : IDisposable
{
    private const string Secret = "correct horse battery staple";
    private const string Variable = "SOCKETCONNECTOR_TEST_SECRET";

    private readonly string _folder = Directory.CreateTempSubdirectory("keys-").FullName;

    static AuthOptionTests() => Environment.SetEnvironmentVariable(Variable, Secret);

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Theory]
    [InlineData($"hmac:env:{Variable}")]
    [InlineData($"secret:env:{Variable}")]
    [InlineData("hmac:file:FILE")]
    [InlineData("secret:\"file:FILE\"")]
    public void B96_Either_kind_of_end_point_takes_it(string auth)
    {
        string value = auth.Replace("FILE", FileOf($"# of the relay\n\nalice: {Secret}\r\nbob:another secret of some length\n"), StringComparison.Ordinal).Replace("\"", "", StringComparison.Ordinal);
        Assert.NotNull(Listen($"9000,auth={value}").Value?.AuthVerifier);
        Assert.NotNull(Connect($"relay.example.org:9000,auth=\"{value}\"").Value?.AuthVerifier);
    }

    [Theory]
    [InlineData("hmac:env:NO_SUCH_VARIABLE", "there is no environment variable NO_SUCH_VARIABLE")]
    [InlineData("hmac:env:", "the name of the variable is missing; write env:RELAY_SECRET")]
    [InlineData("hmac:file:", "the path is missing")]
    [InlineData("hmac:file:/no/such/file", "auth: cannot read '/no/such/file': there is no such file")]
    [InlineData("secret:file:/", "auth: cannot read '/': it is a directory")]
    [InlineData("hmac:file:/dev/zero", "'/dev/zero' is longer than 64 KiB")]
    [InlineData("hmac:file:/dev/null", "there is no secret in it")]
    [InlineData($"hmca:env:{Variable}", $"auth knows hmac and secret, and not 'hmca'; write auth=hmac:env:{Variable}")]
    [InlineData($"env:{Variable}", $"auth needs hmac or secret before where the secret is; write auth=hmac:env:{Variable}")]
    [InlineData("", "write auth=hmac:env:NAME, auth=hmac:file:PATH or auth=hmac:stdin:")]
    public void B96_What_is_missing_is_told_in_one_line(string auth, string expected)
    {
        Assert.Contains(expected, Listen($"9000,auth={auth}").Error, StringComparison.Ordinal);
        Assert.Contains(expected, Connect($"9000,auth={auth}").Error, StringComparison.Ordinal);
    }

    [Fact]
    public void Keys_are_not_read_before_the_program_starts()
    {
        Assert.Null(EndPointParser.Listen("9000,auth=hmac:file:/no/such/file").Error);
        Assert.Null(EndPointParser.Connect("9000,auth=hmac:env:NO_SUCH_VARIABLE").Error);
        Assert.Null(Listen("9000").Value!.AuthVerifier);
    }

    [Theory]
    [InlineData("alice:", "line 1: the secret of key 'alice' is missing")]
    [InlineData("# none\n", "there is no secret in it")]
    [InlineData("alice:s0me secret of a length\ns0me secret of a length", "several keys need names")]
    [InlineData("a b:s0me secret of a length", "line 1: what comes before the colon must be the name of a key")]
    [InlineData("\n:s0me secret of a length", "line 2: what comes before the colon")]
    [InlineData("alice:s0me secret of a length\nalice:s0me secret of a length", "two keys of the name 'alice'")]
    [InlineData("alice:s0me", "The secret of key 'alice' has 4 bytes, and HMAC needs at least 16")]
    [InlineData("s0me", "The secret of key 'default' has 4 bytes")]
    [InlineData("s0me \xff", "is not text in UTF-8")]
    public void B100_What_is_wrong_in_a_file_is_told_without_a_secret(string text, string expected)
    {
        string path = Path.Combine(_folder, "keys");
        File.WriteAllBytes(path, System.Text.Encoding.Latin1.GetBytes(text));
        string error = Listen($"9000,auth=hmac:file:{path}").Error!;
        Assert.Contains(expected, error, StringComparison.Ordinal);
        Assert.DoesNotContain("s0me", error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("9000,auth=hunter2", "8000")]
    [InlineData("9000,auth=hmac:hunter2", "8000")]
    [InlineData("9000,auth=secret:hunter2", "8000")]
    [InlineData("9000,auth=HMAC:hunter2", "8000")]
    [InlineData("9000,auth=\"secret:hun,hunter2\"", "8000")]
    [InlineData("9000,auth=\"secret:hunter2", "8000")]
    [InlineData("9000,backlog=5,auht=secret:hunter2", "8000")]
    [InlineData("9000,auth=hmac:stdin:hunter2", "8000")]
    [InlineData("9000,auth=hmac:environment:hunter2", "8000")]
    [InlineData("8000", "9000,auth=secret:hunter2,bcklog=5")]
    [InlineData("9000,", "auth=secret:hunter2", "8000")]
    [InlineData("9000", "8000", "auth=secret:hunter2")]
    [InlineData("9000", "8000", "--auth=secret:hunter2")]
    [InlineData("9000,auth=secret:hunter2", "8000", "--no-such-option")]
    [InlineData("tls:9000,client-auth=require,auth=hunter2", "8000")]
    [InlineData("tls:9000,client-auth=secret:hunter2", "8000")]
    public void B100_A_secret_on_the_command_line_is_refused_and_repeated_nowhere(params string[] words)
    {
        var line = EntryPoint.Parse(["server-to-server", .. words]);
        Assert.True(Mistake.IsIn(line));
        string told = Mistake.Describe(line);
        Assert.DoesNotContain("hunter2", told, StringComparison.Ordinal);
        Assert.EndsWith("write auth=hmac:env:NAME, auth=hmac:file:PATH or auth=hmac:stdin:", told, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData($"9000,auth=hmac:env:{Variable}")]
    [InlineData("9000,auth=hmac:file:/etc/relay.keys,backlog=5")]
    [InlineData("9000,auth=\"hmac:file:/etc/a,b.keys\"")]
    [InlineData("9000,auth=secret:stdin:,backlog=5")]
    [InlineData("9000,auth=secret:stdin:")]
    [InlineData("9000,auth=hmac:stdin")]
    [InlineData("tls:9000,cert=a.pem,client-auth=require")]
    [InlineData("tls:9000,client-auth=hmac,auth=hmac:stdin:")]
    [InlineData("secret:9000")]
    [InlineData("unix:/run/hmac:app.sock")]
    public void Where_a_secret_is_may_be_repeated(string word) => Assert.Null(AuthOption.InPlaceOfSecret(word));

    [Theory]
    [InlineData(UnixFileMode.UserRead | UnixFileMode.UserWrite, false)]
    [InlineData(UnixFileMode.UserRead | UnixFileMode.GroupRead, true)]
    [InlineData(UnixFileMode.UserRead | UnixFileMode.OtherWrite, true)]
    public void B100_A_file_of_secrets_that_others_may_read_is_warned_of(UnixFileMode mode, bool isWarned)
    {
        string path = FileOf(Secret);
        Permissions.Set(path, mode);
        string[] warnings = [.. AuthOption.Warnings($"9000,backlog=5,auth=hmac:file:{path}")];
        Assert.Equal(isWarned ? [$"warning: other users may read or change the secrets in {path}; chmod 600 {path}"] : [], warnings);
        Assert.Empty(AuthOption.Warnings($"9000,auth=hmac:env:{Variable}"));
        Assert.Empty(AuthOption.Warnings("9000"));
    }

    [Fact]
    public void B100_A_credential_of_systemd_is_not_warned_of()
    {
        string path = FileOf(Secret), deeper = Path.Combine(Directory.CreateDirectory(Path.Combine(_folder, "deeper")).FullName, "relay.keys");
        File.Copy(path, deeper);
        Permissions.Set(path, UnixFileMode.UserRead | UnixFileMode.GroupRead);
        Permissions.Set(deeper, UnixFileMode.UserRead | UnixFileMode.GroupRead);
        Environment.SetEnvironmentVariable("CREDENTIALS_DIRECTORY", Path.GetDirectoryName(path));
        try
        {
            Assert.Empty(AuthOption.Warnings($"9000,auth=hmac:file:{path}"));
            Assert.NotEmpty(AuthOption.Warnings($"9000,auth=hmac:file:{deeper}"));
        }
        finally
        {
            Environment.SetEnvironmentVariable("CREDENTIALS_DIRECTORY", null);
        }
    }

    [Fact]
    public void Strangers_are_not_warned_of_where_a_side_has_a_key() => Assert.Null(
        Strangers.Warning(EndPointParser.Listen($"9000,auth=hmac:env:{Variable}").Value!, EndPointParser.Listen("8000").Value!));

    private static Parsed<ListenOptions> Listen(string text) => EndPointParser.Listen(text).Next(AuthOption.ReadKeys);

    private static Parsed<ConnectOptions> Connect(string text) => EndPointParser.Connect(text).Next(AuthOption.ReadKeys);

    private string FileOf(string text)
    {
        string path = Path.Combine(_folder, "relay.keys");
        File.WriteAllText(path, text);
        return path;
    }
}
