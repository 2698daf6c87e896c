/// <summary>A session, as whoever sets it up has told the relay of it.</summary>
/// <param name="Id">Its name, which both peers send in the clear.</param>
/// <param name="AesKey">Known to both peers and the relay: 32 bytes. It hides the response, and proves nothing.</param>
/// <param name="SigningKeys">For each side, <c>a</c> and <c>b</c>, the keys that may sign for it: by the key's address, its public key (RSA, 2 048 bits, as DER).</param>
internal sealed record EscrSession(string Id, byte[] AesKey, IReadOnlyDictionary<string, IReadOnlyDictionary<string, byte[]>> SigningKeys);
