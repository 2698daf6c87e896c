using SocketConnector.Pacing;

namespace SocketConnector.Pumping;

/// <summary>The portable pump, with a limit to how fast it reads.</summary>
internal sealed class PacedPump(PortablePump pump, Paces paces) : IPump
{
    public RelayEngine Engine => pump.Engine;

    public long LastHeldBack => paces.LastHeldBack;

    public void Start(Flow aToB, Flow bToA)
    {
        aToB.Paced = Of(paces.AToB);
        bToA.Paced = Of(paces.BToA);
        pump.Start(aToB, bToA);
    }

    public void EndReading() => pump.EndReading();

    public void Abort()
    {
        pump.Abort();

        // What waits for nothing but time finds its socket reset.
        paces.Close();
    }

    private static PacedReads? Of(Pace? pace) => pace is null ? null : new PacedReads(pace);
}
