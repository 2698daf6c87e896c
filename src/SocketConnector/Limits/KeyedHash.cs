using System.Numerics;
using System.Runtime.InteropServices;
using System.Security.Cryptography;

namespace SocketConnector.Limits;

/// <summary>SipHash-2-4 of 16 bytes. Without its key nobody can choose addresses that collide, or that displace a certain one.</summary>
internal sealed class KeyedHash
{
    // The length of what is hashed, in the highest byte of the last block.
    private const ulong LastBlock = 16UL << 56;

    private readonly ulong _key0;
    private readonly ulong _key1;

    /// <param name="key">16 bytes that nobody else knows.</param>
    public KeyedHash(ReadOnlySpan<byte> key)
    {
        ReadOnlySpan<ulong> halves = MemoryMarshal.Cast<byte, ulong>(key);
        (_key0, _key1) = (halves[0], halves[1]);
    }

    /// <summary>With a key of its own.</summary>
    public static KeyedHash Create() => new(RandomNumberGenerator.GetBytes(16));

    public ulong Of(UInt128 value)
    {
        var state = new State(_key0, _key1);
        state.Take((ulong)value);
        state.Take((ulong)(value >> 64));
        state.Take(LastBlock);
        return state.Finish();
    }

    /// <summary>Named as in the paper (Aumasson and Bernstein, 2012), sections 2.1 to 2.4.</summary>
    private struct State(ulong key0, ulong key1)
    {
        private ulong _v0 = key0 ^ 0x736f6d6570736575;
        private ulong _v1 = key1 ^ 0x646f72616e646f6d;
        private ulong _v2 = key0 ^ 0x6c7967656e657261;
        private ulong _v3 = key1 ^ 0x7465646279746573;

        public void Take(ulong block)
        {
            _v3 ^= block;
            Round();
            Round();
            _v0 ^= block;
        }

        public ulong Finish()
        {
            _v2 ^= 0xff;
            Round();
            Round();
            Round();
            Round();
            return _v0 ^ _v1 ^ _v2 ^ _v3;
        }

        private void Round()
        {
            _v0 += _v1;
            _v1 = BitOperations.RotateLeft(_v1, 13) ^ _v0;
            _v0 = BitOperations.RotateLeft(_v0, 32);
            _v2 += _v3;
            _v3 = BitOperations.RotateLeft(_v3, 16) ^ _v2;
            _v0 += _v3;
            _v3 = BitOperations.RotateLeft(_v3, 21) ^ _v0;
            _v2 += _v1;
            _v1 = BitOperations.RotateLeft(_v1, 17) ^ _v2;
            _v2 = BitOperations.RotateLeft(_v2, 32);
        }
    }
}
