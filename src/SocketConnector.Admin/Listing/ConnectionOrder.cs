namespace SocketConnector.Admin.Listing;

/// <summary>What a list can be sorted by.</summary>
internal enum ConnectionOrder
{
    Id = 0,
    Age,
    Bytes,
    Rate,
    A,
    B,
    Name,
}
