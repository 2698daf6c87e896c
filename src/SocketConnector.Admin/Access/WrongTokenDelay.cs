namespace SocketConnector.Admin.Access;

/// <summary>Makes guessing slow: a wrong token is answered after a second. Only so many wait at once, so that guesses do not take all connections.</summary>
internal sealed class WrongTokenDelay(TimeProvider time)
{
    /// <summary>Half of the connections that there may be.</summary>
    internal const int MaxWaiting = 32;

    internal static readonly TimeSpan Delay = TimeSpan.FromSeconds(1);

    private int _waiting;

    /// <returns>Whether it has waited; not where too many do already.</returns>
    public async Task<bool> WaitAsync(CancellationToken cancellationToken)
    {
        try
        {
            if (Interlocked.Increment(ref _waiting) > MaxWaiting)
            {
                return false;
            }

            await Task.Delay(Delay, time, cancellationToken).ConfigureAwait(false);
            return true;
        }
        finally
        {
            Interlocked.Decrement(ref _waiting);
        }
    }
}
