using System.Runtime.CompilerServices;
using SocketConnector.TestKit;

namespace SocketConnector.Tests;

internal static class ChosenEngine
{
    [ModuleInitializer]
    internal static void Choose() => TestEngine.Choose();
}
