namespace SocketConnector.Admin.Access;

/// <summary>What a caller may do. Ordered: each includes those before it.</summary>
internal enum Grade
{
    /// <summary>What needs no token.</summary>
    None = 0,

    /// <summary>Read everything but what connections relay.</summary>
    ReadOnly,

    /// <summary>Everything.</summary>
    Full,
}
