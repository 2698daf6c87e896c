namespace SocketConnector.Capture.Output;

/// <summary>The interfaces of a file, one for each view, in their order there.</summary>
internal enum InterfaceId : uint
{
    Clear = 0,
    Wire = 1,
}
