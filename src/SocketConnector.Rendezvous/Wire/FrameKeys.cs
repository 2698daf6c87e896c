namespace SocketConnector.Rendezvous.Wire;

/// <summary>The keys of the maps, for the reader and the writer. Part of the protocol; a number is never given to something else.</summary>
internal static class FrameKeys
{
    /// <summary>Of every frame.</summary>
    public const int Type = 0;

    /// <summary>The keys of HELLO.</summary>
    public static class Hello
    {
        public const int Versions = 1;
        public const int Program = 2;
    }

    /// <summary>The keys of JOIN.</summary>
    public static class Join
    {
        public const int Session = 1;
        public const int Role = 2;
        public const int Ticket = 3;
        public const int Early = 4;
    }

    /// <summary>The keys of WELCOME.</summary>
    public static class Welcome
    {
        public const int Version = 1;
        public const int Heartbeat = 2;
        public const int Program = 3;
    }

    /// <summary>The keys of WAIT.</summary>
    public static class Wait
    {
        public const int AtMost = 1;
    }

    /// <summary>The keys of OPEN.</summary>
    public static class Open
    {
        public const int Within = 1;
        public const int Partner = 2;
    }

    /// <summary>The keys of PAIRED.</summary>
    public static class Paired
    {
        public const int Partner = 1;
    }

    /// <summary>The keys of REFUSED.</summary>
    public static class Refused
    {
        public const int Code = 1;
        public const int RetryAfter = 2;
    }

    /// <summary>The keys of GOAWAY.</summary>
    public static class GoAway
    {
        public const int In = 1;
        public const int Elsewhere = 2;
    }
}
