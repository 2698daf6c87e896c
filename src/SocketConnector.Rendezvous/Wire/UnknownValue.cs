using System.Formats.Cbor;

namespace SocketConnector.Rendezvous.Wire;

/// <summary>Skips the CBOR value of a key that this version does not know.</summary>
internal static class UnknownValue
{
    /// <summary>Skips one value. <see cref="CborReader.SkipValue"/> alone would keep a frame of its stack for each of thousands of levels.</summary>
    /// <param name="reader">In front of the value.</param>
    /// <param name="maxNesting">How deep it may be nested.</param>
    /// <returns>Whether it was nested no deeper; otherwise the reader is somewhere inside.</returns>
    public static bool TrySkip(CborReader reader, int maxNesting)
    {
        int outside = reader.CurrentDepth;
        bool isTagged;
        do
        {
            isTagged = false;
            switch (reader.PeekState())
            {
                case CborReaderState.StartArray:
                    reader.ReadStartArray();
                    break;
                case CborReaderState.EndArray:
                    reader.ReadEndArray();
                    break;
                case CborReaderState.StartMap:
                    reader.ReadStartMap();
                    break;
                case CborReaderState.EndMap:
                    reader.ReadEndMap();
                    break;
                case CborReaderState.Tag:
                    // What it tags follows, and belongs to it.
                    reader.ReadTag();
                    isTagged = true;
                    break;
                default:
                    reader.SkipValue();
                    break;
            }

            if (reader.CurrentDepth - outside > maxNesting)
            {
                return false;
            }
        }
        while (isTagged || reader.CurrentDepth > outside);
        return true;
    }
}
