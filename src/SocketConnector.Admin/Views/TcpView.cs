using System.Text.Json;

namespace SocketConnector.Admin.Views;

/// <summary>What the system tells of a TCP connection, in JSON.</summary>
internal static class TcpView
{
    public static void Write(Utf8JsonWriter json, string name, TcpInfo? tcp)
    {
        if (tcp is null)
        {
            json.WriteNull(name);
            return;
        }

        json.WriteStartObject(name);
        json.WriteString("state", tcp.State);
        json.WriteSeconds("roundTripSeconds", tcp.RoundTrip);
        json.WriteSeconds("roundTripVarianceSeconds", tcp.RoundTripVariance);
        json.WriteNumber("retransmits", tcp.Retransmits);
        json.WriteNumber("congestionWindow", tcp.CongestionWindow);
        json.WriteNumber("sendQueue", tcp.SendQueue);
        json.WriteNumber("receiveQueue", tcp.ReceiveQueue);
        json.WriteNumber("mss", tcp.MaxSegmentSize);
        json.WriteNumber("deliveryRate", tcp.DeliveryRate);
        json.WriteEndObject();
    }
}
