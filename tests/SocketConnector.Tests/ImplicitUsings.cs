namespace SocketConnector.Tests;

/// <summary>What ImplicitUsings gives a project of Microsoft.NET.Sdk, for sources that a test compiles by itself.</summary>
internal static class ImplicitUsings
{
    public const string Text = """
        global using System;
        global using System.Collections.Generic;
        global using System.IO;
        global using System.Linq;
        global using System.Net.Http;
        global using System.Threading;
        global using System.Threading.Tasks;
        """;
}
