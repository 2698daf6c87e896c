namespace SocketConnector.Pumping;

/// <summary>The one place where a pump is chosen: once for each direction, at join.</summary>
internal sealed class PumpSelection(int bufferSize, TimeProvider time)
{
    private readonly CopyPump _copy = new(bufferSize);
    private readonly TransformPump _transform = new(bufferSize, time);

    public IPump Choose(Flow flow) => flow.Transformer is null ? _copy : _transform;
}
