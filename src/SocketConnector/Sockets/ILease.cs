namespace SocketConnector.Sockets;

/// <summary>Something that was counted for one stream.</summary>
internal interface ILease
{
    /// <summary>The stream is joined. What only those that are not joined give back is kept from here on.</summary>
    void UseUp();

    /// <summary>The stream is closed, or what was counted is over before. Comes once.</summary>
    void GiveBack();
}
