namespace SocketConnector.Rendezvous.Wire;

/// <summary>The value of key 0 of a frame. An end's begin at 1, a relay's at 17; PING and PONG are of both.</summary>
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
