using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text;
using SocketConnector.Rendezvous.Wire;

namespace SocketConnector.Rendezvous.Sessions;

/// <summary>Limits on joins per minute, and on ends that are held, waiting or asked. The newcomer is refused; nothing is ever evicted.</summary>
/// <remarks>
/// <para>What an end may learn by being refused:</para>
/// <list type="bullet">
/// <item>Its own address's rate and count, and that the relay is full: told at once as Busy. They say nothing of any session.</item>
/// <item>Its tenant's rate, count and sessions: Busy, but only to one whose ticket was right.</item>
/// <item>A full session exists, which is another's secret: Denied, as a wrong ticket is. So the counts that any session moves are looked at
/// first, or a full relay would answer Denied for one name and Busy for the next.</item>
/// </list>
/// </remarks>
/// <param name="options">The limits.</param>
internal sealed class JoinLimits(MeetingOptions options)
{
    private const int AddressCells = 1 << 16;
    private const int TenantCells = 1 << 12;

    private readonly JoinRates _addressRates = new(options.JoinsPerMinutePerAddress, AddressCells);
    private readonly JoinRates _tenantRates = new(options.JoinsPerMinutePerTenant, TenantCells);
    private readonly Dictionary<UInt128, int> _addresses = new(KeyedHash.Instance);
    private readonly Dictionary<string, Tenant> _tenants = new(StringComparer.Ordinal);
    private readonly Dictionary<SessionKey, Session> _sessions = new(KeyedHash.Instance);
    private readonly Tenant _nobody = new(null);

    /// <summary>How many ends are held, wait or are asked.</summary>
    public int Ends { get; private set; }

    public IEnumerable<Session> Sessions => _sessions.Values;

    /// <summary>How many things are remembered of ends that are there: nothing when there are none.</summary>
    public (int Sessions, int Tenants, int Addresses) Remembered => (_sessions.Count, _tenants.Count, _addresses.Count);

    /// <summary>Takes a join from the bucket of the end's address.</summary>
    /// <param name="end">The end.</param>
    /// <param name="now">In milliseconds.</param>
    /// <param name="retryAfter">When to come again, in milliseconds.</param>
    /// <returns>Whether there was one.</returns>
    public bool TryTakeRate(RelayEnd end, long now, out long retryAfter)
    {
        retryAfter = 0;
        return end.Address == 0 || _addressRates.TryTake(end.Address, now, out retryAfter);
    }

    /// <summary>Takes a place in a session, where the end is then held, and its share of every count, until <see cref="Release"/>.</summary>
    /// <param name="end">The end, its role known.</param>
    /// <param name="name">The session.</param>
    /// <param name="grant">What it may do.</param>
    /// <param name="now">In milliseconds.</param>
    /// <param name="retryAfter">When to come again, in milliseconds.</param>
    /// <returns>Why there is none.</returns>
    public GoneReason TryTake(RelayEnd end, SessionName name, Grant grant, long now, out long retryAfter)
    {
        retryAfter = (long)options.RetryWhenFull.TotalMilliseconds;
        if (grant.Tenant is { } limited && !_tenantRates.TryTake(KeyOf(limited), now, out long untilNext))
        {
            retryAfter = untilNext;
            return GoneReason.TenantRate;
        }

        Tenant? tenant = grant.Tenant is null ? _nobody : _tenants.GetValueOrDefault(grant.Tenant);
        Session? session = tenant is null ? null : _sessions.GetValueOrDefault(new SessionKey(tenant, name));
        GoneReason reason = Full(end, grant, tenant, session);
        if (reason != GoneReason.None)
        {
            return reason;
        }

        tenant ??= _tenants[grant.Tenant!] = new Tenant(grant.Tenant);
        if (session is null)
        {
            session = new Session(new SessionKey(tenant, name));
            _sessions.Add(session.Key, session);
            tenant.Sessions++;
        }

        session.Add(end);
        tenant.Ends++;
        Ends++;
        if (end.Address != 0)
        {
            CollectionsMarshal.GetValueRefOrAddDefault(_addresses, end.Address, out _)++;
        }

        return GoneReason.None;
    }

    /// <summary>Gives all back that <see cref="TryTake"/> took.</summary>
    public void Release(RelayEnd end)
    {
        Session session = end.Session!;
        Tenant tenant = session.Key.Tenant;
        session.Remove(end);
        Ends--;
        if (session.Count == 0)
        {
            _sessions.Remove(session.Key);
            tenant.Sessions--;
        }

        if (--tenant.Ends == 0 && tenant.Name is not null)
        {
            _tenants.Remove(tenant.Name);
        }

        if (end.Address != 0 && --CollectionsMarshal.GetValueRefOrNullRef(_addresses, end.Address) == 0)
        {
            _addresses.Remove(end.Address);
        }
    }

    // Tenants come from tickets, which strangers cannot make.
    private static UInt128 KeyOf(string tenant) => BinaryPrimitives.ReadUInt128LittleEndian(SHA256.HashData(Encoding.UTF8.GetBytes(tenant)));

    private GoneReason Full(RelayEnd end, Grant grant, Tenant? tenant, Session? session) =>
        Ends >= options.MaxWaiting ? GoneReason.RelayFull
        : end.Address != 0 && _addresses.GetValueOrDefault(end.Address) >= options.MaxWaitingPerAddress ? GoneReason.AddressFull
        : grant.Tenant is not null && tenant?.Ends >= Math.Min(options.MaxWaitingPerTenant, grant.MaxWaiting ?? int.MaxValue) ? GoneReason.TenantFull
        : session?.CountOf(end.Role) >= options.MaxWaitingPerSession ? GoneReason.SessionFull
        : grant.Tenant is not null && session is null && tenant?.Sessions >= options.MaxSessionsPerTenant ? GoneReason.TenantSessions
        : GoneReason.None;
}
