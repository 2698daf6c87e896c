using System.Buffers;
using Microsoft.Extensions.Logging;

namespace SocketConnector.Rendezvous.AspNetCore;

/// <summary>What the connections of a listener have in common.</summary>
/// <param name="MemoryPool">Of the blocks in their pipes.</param>
/// <param name="Log">Where they tell what nobody else would.</param>
/// <param name="Time">The clock.</param>
internal sealed record ConnectionServices(MemoryPool<byte> MemoryPool, ILogger Log, TimeProvider Time);
