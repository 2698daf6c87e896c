namespace SocketConnector.Rendezvous.Wire;

/// <summary>The fields of the frames that relays send. The result is meaningful only if the fields report no error.</summary>
internal static class RelayFrames
{
    public static WelcomeFrame Welcome(FrameFields fields)
    {
        int? version = null;
        TimeSpan? heartbeat = null;
        string? program = null;
        while (fields.Next(out ulong key))
        {
            switch (key)
            {
                case FrameKeys.Welcome.Version:
                    version = (int)fields.Number("version", 1, FrameBounds.MaxVersion);
                    break;
                case FrameKeys.Welcome.Heartbeat:
                    heartbeat = fields.Time("heartbeat", FrameUnits.Seconds, 1, FrameBounds.MaxHeartbeat);
                    break;
                case FrameKeys.Welcome.Program:
                    program = fields.Text("program", 0, FrameBounds.MaxProgramLength);
                    break;
                default:
                    fields.Skip();
                    break;
            }
        }

        fields.Require(version is not null, "version");
        fields.Require(heartbeat is not null, "heartbeat");
        return new WelcomeFrame(version.GetValueOrDefault(), heartbeat.GetValueOrDefault(), program);
    }

    public static WaitFrame Wait(FrameFields fields)
    {
        TimeSpan? atMost = null;
        while (fields.Next(out ulong key))
        {
            switch (key)
            {
                case FrameKeys.Wait.AtMost:
                    atMost = fields.Time("the time", FrameUnits.Seconds, 0, FrameBounds.MaxTime);
                    break;
                default:
                    fields.Skip();
                    break;
            }
        }

        fields.Require(atMost is not null, "the time");
        return new WaitFrame(atMost.GetValueOrDefault());
    }

    public static OpenFrame Open(FrameFields fields)
    {
        TimeSpan? within = null;
        string? partner = null;
        while (fields.Next(out ulong key))
        {
            switch (key)
            {
                case FrameKeys.Open.Within:
                    within = fields.Time("the time", FrameUnits.Milliseconds, 0, FrameBounds.MaxTime);
                    break;
                case FrameKeys.Open.Partner:
                    partner = fields.Text("partner", 0, FrameBounds.MaxPartnerLength);
                    break;
                default:
                    fields.Skip();
                    break;
            }
        }

        fields.Require(within is not null, "the time");
        return new OpenFrame(within.GetValueOrDefault(), partner);
    }

    public static PairedFrame Paired(FrameFields fields)
    {
        string? partner = null;
        while (fields.Next(out ulong key))
        {
            switch (key)
            {
                case FrameKeys.Paired.Partner:
                    partner = fields.Text("partner", 0, FrameBounds.MaxPartnerLength);
                    break;
                default:
                    fields.Skip();
                    break;
            }
        }

        return new PairedFrame(partner);
    }

    public static RefusedFrame Refused(FrameFields fields)
    {
        RefusalCode? code = null;
        TimeSpan? retryAfter = null;
        while (fields.Next(out ulong key))
        {
            switch (key)
            {
                // A code that this version does not know is a refusal all the same.
                case FrameKeys.Refused.Code:
                    code = (RefusalCode)fields.Number("code", 1, FrameBounds.MaxRefusalCode);
                    break;
                case FrameKeys.Refused.RetryAfter:
                    retryAfter = fields.Time("the time", FrameUnits.Milliseconds, 0, FrameBounds.MaxTime);
                    break;
                default:
                    fields.Skip();
                    break;
            }
        }

        fields.Require(code is not null, "code");
        return new RefusedFrame(code.GetValueOrDefault(), retryAfter);
    }

    public static GoAwayFrame GoAway(FrameFields fields)
    {
        TimeSpan? stopsIn = null;
        IReadOnlyList<string> elsewhere = [];
        while (fields.Next(out ulong key))
        {
            switch (key)
            {
                case FrameKeys.GoAway.In:
                    stopsIn = fields.Time("the time", FrameUnits.Milliseconds, 0, FrameBounds.MaxTime);
                    break;
                case FrameKeys.GoAway.Elsewhere:
                    elsewhere = fields.Array("relays", 0, FrameBounds.MaxRelays, static each => each.Text("a relay", 1, FrameBounds.MaxRelayLength) ?? "") ?? [];
                    break;
                default:
                    fields.Skip();
                    break;
            }
        }

        fields.Require(stopsIn is not null, "the time");
        return new GoAwayFrame(stopsIn.GetValueOrDefault(), elsewhere);
    }
}
