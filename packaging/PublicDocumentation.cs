using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Reflection;
using System.Xml.Linq;
using Microsoft.Build.Framework;
using Microsoft.Build.Utilities;

/// <summary>
/// Copies a documentation file without the entries that no user of the package can see. The compiler writes one for every
/// commented type, internal ones included, and has no option against it. MSBuild compiles this file when it packs.
/// </summary>
public sealed class PublicDocumentation : Task
{
    private const BindingFlags All = BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.Instance | BindingFlags.Static | BindingFlags.DeclaredOnly;

    private readonly Dictionary<string, Assembly> _loaded = new Dictionary<string, Assembly>(StringComparer.Ordinal);

    [Required]
    public string Assembly { get; set; }

    [Required]
    public ITaskItem[] References { get; set; }

    [Required]
    public string Source { get; set; }

    [Required]
    public string Destination { get; set; }

    public override bool Execute()
    {
        AppDomain.CurrentDomain.AssemblyResolve += Resolve;
        try
        {
            HashSet<string> visible = Visible();
            XDocument document = XDocument.Load(Source, LoadOptions.PreserveWhitespace);
            foreach (XElement member in document.Descendants("member").Where(it => !visible.Contains(Key(it.Attribute("name").Value))).ToList())
            {
                // The indentation that stood before it goes with it.
                (member.PreviousNode as XText)?.Remove();
                member.Remove();
            }

            Directory.CreateDirectory(Path.GetDirectoryName(Destination));
            document.Save(Destination, SaveOptions.DisableFormatting);
        }
        finally
        {
            AppDomain.CurrentDomain.AssemblyResolve -= Resolve;
        }

        return !Log.HasLoggedErrors;
    }

    /// <summary>From memory, since a loaded file would stay locked for as long as MSBuild lives.</summary>
    private static Assembly Load(string path) => System.Reflection.Assembly.Load(File.ReadAllBytes(path));

    private HashSet<string> Visible()
    {
        var keys = new HashSet<string>(StringComparer.Ordinal);
        foreach (Type type in Load(Assembly).GetTypes().Where(type => type.IsVisible))
        {
            string name = type.FullName.Replace('+', '.');
            keys.Add("T:" + name);
            keys.UnionWith(type.GetFields(All).Where(field => field.IsPublic || field.IsFamily || field.IsFamilyOrAssembly).Select(field => "F:" + name + "." + field.Name));
            keys.UnionWith(type.GetMethods(All).Cast<MethodBase>().Concat(type.GetConstructors(All)).Where(IsSeen).Select(method => "M:" + name + "." + method.Name.Replace('.', '#')));
            keys.UnionWith(type.GetProperties(All).Where(property => property.GetAccessors(nonPublic: true).Any(IsSeen)).Select(property => "P:" + name + "." + property.Name));
            keys.UnionWith(type.GetEvents(All).Where(it => IsSeen(it.GetAddMethod(nonPublic: true))).Select(it => "E:" + name + "." + it.Name));
        }

        return keys;
    }

    private static bool IsSeen(MethodBase method) => method.IsPublic || method.IsFamily || method.IsFamilyOrAssembly;

    /// <summary>An entry's name without its parameters: overloads are seen or hidden together.</summary>
    private static string Key(string name) => name.Split('(')[0].Split(new[] { "``" }, StringSplitOptions.None)[0];

    private Assembly Resolve(object sender, ResolveEventArgs wanted)
    {
        string name = new AssemblyName(wanted.Name).Name;
        string path = References.Select(reference => reference.ItemSpec).FirstOrDefault(it => Path.GetFileNameWithoutExtension(it) == name);
        if (path == null)
        {
            return null;
        }

        // The same one for everybody: of an interface that was loaded twice, a type implements only one.
        if (!_loaded.TryGetValue(name, out Assembly loaded))
        {
            _loaded[name] = loaded = Load(Loadable(path, name));
        }

        return loaded;
    }

    /// <summary>Of a framework the compiler sees reference assemblies, which cannot be loaded. Those that can stand beside the runtime that packs.</summary>
    private static string Loadable(string path, string name)
    {
        if (Path.GetFileName(Path.GetDirectoryName(Path.GetDirectoryName(path))) != "ref")
        {
            return path;
        }

        string runtime = Path.GetDirectoryName(typeof(object).Assembly.Location);
        string version = Path.GetFileName(runtime);
        string frameworks = Path.GetDirectoryName(Path.GetDirectoryName(runtime));
        return Directory.GetDirectories(frameworks).Select(framework => Path.Combine(framework, version, name + ".dll")).FirstOrDefault(File.Exists) ?? path;
    }
}
