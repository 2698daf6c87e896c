namespace SocketConnector.Tests.Architecture;

public sealed class FileTests
{
    private const int Longest = 350;
    private const int Long = 200;

    // A name that would fit anything gathers everything.
    private static readonly string[] _banned = ["util", "utils", "utility", "utilities", "helper", "helpers", "common", "shared", "extension", "extensions", "misc"];

    [Fact]
    public void No_source_file_is_longer_than_350_lines()
    {
        string[] over = [.. Repository.Files(pattern: "*.cs").Select(file => (File: file, Lines: Lines(file))).Where(it => it.Lines > Longest).Select(it => $"{it.File}: {it.Lines} lines")];
        Assert.True(over.Length == 0, $"over {Longest} lines; what else lives in there?\n{string.Join('\n', over)}");
    }

    [Fact]
    public void Nine_in_ten_product_files_are_shorter_than_200_lines()
    {
        (string File, int Lines)[] files = [.. Repository.Files("src", "*.cs").Select(file => (file, Lines(file)))];
        string[] over = [.. files.Where(it => it.Lines >= Long).Select(it => $"{it.File}: {it.Lines} lines")];
        Assert.True(over.Length * 10 <= files.Length, $"{over.Length} of {files.Length} files have {Long} lines or more:\n{string.Join('\n', over)}");
    }

    [Fact]
    public void No_file_or_folder_has_a_name_that_fits_anything()
    {
        string[] named = [.. Repository.Files().Where(file => file.Split('/').Any(part => _banned.Contains(part.Split('.')[0], StringComparer.OrdinalIgnoreCase)))];
        Assert.True(named.Length == 0, $"named {string.Join(", ", _banned)}; say what is in it instead:\n{string.Join('\n', named)}");
    }

    private static int Lines(string file) => File.ReadLines(Repository.Absolute(file)).Count();
}
