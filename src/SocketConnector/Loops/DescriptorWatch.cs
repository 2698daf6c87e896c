namespace SocketConnector.Loops;

/// <summary>Lets asynchronous code wait for one descriptor.</summary>
internal sealed class DescriptorWatch(bool isInline) : Watched
{
    public Signal Input { get; } = new(isInline);

    public Signal Output { get; } = new(isInline);

    public override void WhenReady(Readiness readiness)
    {
        if ((readiness & Readiness.Readable) != Readiness.None)
        {
            Input.Raise();
        }

        if ((readiness & Readiness.Writable) != Readiness.None)
        {
            Output.Raise();
        }
    }

    /// <summary>Ends every wait; the waiters find the descriptor gone.</summary>
    public void RaiseAll()
    {
        Input.Raise();
        Output.Raise();
    }
}
