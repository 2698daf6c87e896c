using System.Buffers;
using System.Buffers.Binary;

namespace SocketConnector.ProxyProtocol;

/// <summary>What the sender says of the client's TLS (<see cref="ProxyTlvType.Ssl"/>).</summary>
public readonly struct ProxySslInfo
{
    internal const int FixedLength = sizeof(byte) + sizeof(uint);

    private readonly ProxySslClient _client;
    private readonly uint _verify;

    private ProxySslInfo(ProxySslClient client, uint verify, ProxyTlvs tlvs) => (_client, _verify, Tlvs) = (client, verify, tlvs);

    /// <summary>Whether the client connected over TLS.</summary>
    public bool IsTls => _client.HasFlag(ProxySslClient.Tls);

    /// <summary>Whether it has shown a certificate over this connection.</summary>
    public bool HasCertificateInConnection => _client.HasFlag(ProxySslClient.CertificateInConnection);

    /// <summary>Whether it has shown a certificate in the TLS session that this connection belongs to, maybe over an earlier one.</summary>
    public bool HasCertificateInSession => _client.HasFlag(ProxySslClient.CertificateInSession);

    /// <summary>Whether it has shown a certificate and the sender found that to be valid.</summary>
    public bool IsVerified => IsTls && HasCertificateInSession && _verify == 0;

    /// <summary>The details: version, cipher, name.</summary>
    public ProxyTlvs Tlvs { get; }

    /// <summary>Reads it from a header.</summary>
    /// <param name="header">A header that was parsed.</param>
    /// <param name="info">What it says.</param>
    /// <returns>Whether it says something of TLS.</returns>
    public static bool TryGet(in ProxyHeader header, out ProxySslInfo info)
    {
        info = default;
        if (!header.Tlvs.TryGet(ProxyTlvType.Ssl, out ReadOnlySequence<byte> value))
        {
            return false;
        }

        Span<byte> start = stackalloc byte[FixedLength];
        value.Slice(0, FixedLength).CopyTo(start);
        info = new ProxySslInfo((ProxySslClient)start[0], BinaryPrimitives.ReadUInt32BigEndian(start[1..]), new ProxyTlvs(value.Slice(FixedLength)));
        return true;
    }

    internal static void WriteFixed(Span<byte> room, bool hasCertificate, bool isVerified)
    {
        room[0] = (byte)(hasCertificate ? ProxySslClient.Tls | ProxySslClient.CertificateInConnection | ProxySslClient.CertificateInSession : ProxySslClient.Tls);
        BinaryPrimitives.WriteUInt32BigEndian(room[1..], hasCertificate && isVerified ? 0u : 1u);
    }

    internal static bool IsWellFormed(in ReadOnlySequence<byte> value)
    {
        if (value.Length < FixedLength)
        {
            return false;
        }

        for (ReadOnlySequence<byte> left = value.Slice(FixedLength); !left.IsEmpty;)
        {
            if (ProxyTlvs.TryRead(left) is not { } tlv)
            {
                return false;
            }

            left = left.Slice(ProxyTlvs.PrefixLength + tlv.Value.Length);
        }

        return true;
    }

    [Flags]
    private enum ProxySslClient : byte
    {
        Tls = 1,
        CertificateInConnection = 2,
        CertificateInSession = 4,
    }
}
