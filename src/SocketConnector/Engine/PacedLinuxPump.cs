using SocketConnector.Loops;
using SocketConnector.Pacing;

namespace SocketConnector.Engine;

/// <summary>The Linux pump, with a limit to how fast it reads.</summary>
internal sealed class PacedLinuxPump(EventLoop loop, Paces paces) : LinuxPump(loop)
{
    public override long LastHeldBack => paces.LastHeldBack;

    public override Pace? PaceFrom(Side source) => source == Side.A ? paces.AToB : paces.BToA;
}
