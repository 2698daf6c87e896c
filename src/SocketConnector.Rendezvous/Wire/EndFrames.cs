namespace SocketConnector.Rendezvous.Wire;

/// <summary>The fields of the frames that ends send. The result is meaningful only if the fields report no error.</summary>
internal static class EndFrames
{
    public static HelloFrame? Hello(FrameFields fields)
    {
        List<int>? versions = null;
        string? program = null;
        while (fields.Next(out ulong key))
        {
            switch (key)
            {
                case FrameKeys.Hello.Versions:
                    versions = fields.Array("versions", 1, FrameBounds.MaxVersions, static each => (int)each.Number("a version", 1, FrameBounds.MaxVersion));
                    break;
                case FrameKeys.Hello.Program:
                    program = fields.Text("program", 0, FrameBounds.MaxProgramLength);
                    break;
                default:
                    fields.Skip();
                    break;
            }
        }

        fields.Require(versions is not null, "versions");
        fields.Check(versions is null || FrameRules.IsAscending(versions), "versions", "ascend");
        return versions is null ? null : new HelloFrame(versions, program);
    }

    public static JoinFrame? Join(FrameFields fields)
    {
        byte[]? session = null, early = null;
        EndRole? role = null;
        string? ticket = null;
        while (fields.Next(out ulong key))
        {
            switch (key)
            {
                case FrameKeys.Join.Session:
                    session = fields.Bytes("session", SessionName.Length, SessionName.Length);
                    break;
                case FrameKeys.Join.Role:
                    role = (EndRole)fields.Number("role", (ulong)EndRole.Listen, (ulong)EndRole.Connect);
                    break;
                case FrameKeys.Join.Ticket:
                    ticket = fields.Text("ticket", 1, FrameBounds.MaxTicketLength);
                    break;
                case FrameKeys.Join.Early:
                    early = fields.Bytes("early", 0, FrameBounds.MaxEarlyLength);
                    break;
                default:
                    fields.Skip();
                    break;
            }
        }

        fields.Require(session is not null, "session");
        fields.Require(role is not null, "role");
        fields.Check(ticket is null || FrameRules.IsVisible(ticket), "ticket", "be visible ASCII");
        fields.Check(FrameRules.MayBeEarly(role ?? EndRole.Connect, early?.Length ?? 0), "early", "come from an end that connects");
        return fields.Error is null ? new JoinFrame(SessionName.Read(session), role!.Value, ticket, early) : null;
    }
}
