using System.Security.Cryptography;

namespace SocketConnector.Admin.Access;

/// <summary>
/// Browsers that have logged in. The cookie holds a random id and not the token: a browser sends cookies of one host to all of its ports, so
/// another server on this machine may come to see it.
/// </summary>
internal sealed class LoginSessions(TimeProvider time)
{
    /// <summary>Beyond these the one that was used the longest ago has to log in again.</summary>
    internal const int MaxSessions = 64;

    /// <summary>A working day: an id that has leaked is of no use on the next.</summary>
    internal static readonly TimeSpan Lifetime = TimeSpan.FromHours(12);

    private const int IdBytes = 16;

    private readonly Lock _gate = new();
    private readonly Dictionary<string, (Grade Grade, long Since, long Used)> _sessions = new(StringComparer.Ordinal);
    private long _uses;

    /// <returns>The id of a new session.</returns>
    public string Begin(Grade grade)
    {
        string id = Convert.ToHexString(RandomNumberGenerator.GetBytes(IdBytes));
        lock (_gate)
        {
            if (_sessions.Count == MaxSessions)
            {
                _sessions.Remove(_sessions.MinBy(static session => session.Value.Used).Key);
            }

            _sessions.Add(id, (grade, time.GetTimestamp(), ++_uses));
        }

        return id;
    }

    /// <summary>What a session lets its browser do. The lookup is by hash code, and guessing 128 random bits by its time is hopeless.</summary>
    public Grade Of(string id)
    {
        lock (_gate)
        {
            if (!_sessions.TryGetValue(id, out (Grade Grade, long Since, long Used) session))
            {
                return Grade.None;
            }

            if (time.GetElapsedTime(session.Since) > Lifetime)
            {
                _sessions.Remove(id);
                return Grade.None;
            }

            _sessions[id] = session with { Used = ++_uses };
            return session.Grade;
        }
    }

    public void End(string id)
    {
        lock (_gate)
        {
            _sessions.Remove(id);
        }
    }
}
