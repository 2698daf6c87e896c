namespace SocketConnector.Loops;

/// <summary>Asks the kernel about one descriptor (poll(2)). Consumes nothing: an error that is pending stays pending.</summary>
internal static class ReadinessNow
{
    /// <param name="descriptor">An open one.</param>
    /// <param name="asked">What to ask for; <see cref="Readiness.Error"/> and <see cref="Readiness.HangUp"/> are answered unasked.</param>
    public static unsafe Readiness Of(int descriptor, Readiness asked)
    {
        var entry = new Kernel.PollEntry { Descriptor = descriptor, Asked = (short)asked };
        return Kernel.Poll(&entry, 1, 0) > 0 ? (Readiness)entry.Answered : Readiness.None;
    }
}
