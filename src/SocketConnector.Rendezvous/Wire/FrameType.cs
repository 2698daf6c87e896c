namespace SocketConnector.Rendezvous.Wire;

/// <summary>The type of a frame, under key 0. Types that ends send start at 1, those of relays at 17; both send PING and PONG.</summary>
internal enum FrameType
{
    /// <summary><see cref="HelloFrame"/>.</summary>
    Hello = 1,

    /// <summary><see cref="JoinFrame"/>.</summary>
    Join = 2,

    /// <summary><see cref="AcceptFrame"/>.</summary>
    Accept = 3,

    /// <summary><see cref="DeclineFrame"/>.</summary>
    Decline = 4,

    /// <summary><see cref="PingFrame"/>.</summary>
    Ping = 5,

    /// <summary><see cref="PongFrame"/>.</summary>
    Pong = 6,

    /// <summary><see cref="WelcomeFrame"/>.</summary>
    Welcome = 17,

    /// <summary><see cref="WaitFrame"/>.</summary>
    Wait = 18,

    /// <summary><see cref="OpenFrame"/>.</summary>
    Open = 19,

    /// <summary><see cref="PairedFrame"/>.</summary>
    Paired = 20,

    /// <summary><see cref="RefusedFrame"/>.</summary>
    Refused = 21,

    /// <summary><see cref="GoAwayFrame"/>.</summary>
    GoAway = 22,
}
