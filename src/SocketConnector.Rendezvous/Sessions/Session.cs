using SocketConnector.Rendezvous.Wire;

namespace SocketConnector.Rendezvous.Sessions;

/// <summary>Two ends of one name but of two tenants are in two sessions, so no tenant can fill or probe those of another.</summary>
/// <param name="Tenant">Compared by reference.</param>
/// <param name="Name">The name on the wire.</param>
internal readonly record struct SessionKey(Tenant Tenant, SessionName Name);

/// <summary>What is counted for one tenant while it has an end here.</summary>
/// <param name="name">As in its tickets; <see langword="null"/> where none are asked for.</param>
internal sealed class Tenant(string? name)
{
    public string? Name => name;

    public int Ends { get; set; }

    public int Sessions { get; set; }
}

/// <summary>The ends of one session that are held, wait or are asked, by role, in the order in which they joined.</summary>
/// <param name="key">Its key in the table of all.</param>
internal sealed class Session(SessionKey key)
{
    private EndQueue _listening;
    private EndQueue _connecting;

    public SessionKey Key => key;

    public int Count { get; private set; }

    public static EndRole Other(EndRole role) => role == EndRole.Listen ? EndRole.Connect : EndRole.Listen;

    public RelayEnd? First(EndRole role) => Queue(role).First;

    public int CountOf(EndRole role) => Queue(role).Count;

    /// <summary>Whether any end of a role is held. As a rule none is, and then there is nothing to seek.</summary>
    public bool HasHeld(EndRole role) => Queue(role).Held > 0;

    /// <summary>Adds one that has joined, as held.</summary>
    public void Add(RelayEnd end)
    {
        ref EndQueue queue = ref Queue(end.Role);
        queue.Add(end);
        queue.Held++;
        end.State = EndState.Held;
        end.Session = this;
        Count++;
    }

    /// <summary>Has one wait, at the place that it has.</summary>
    public void LetWait(RelayEnd end)
    {
        Queue(end.Role).Held -= end.State == EndState.Held ? 1 : 0;
        end.State = EndState.Waiting;
    }

    public void Remove(RelayEnd end)
    {
        ref EndQueue queue = ref Queue(end.Role);
        queue.Held -= end.State == EndState.Held ? 1 : 0;
        queue.Remove(end);
        end.Session = null;
        Count--;
    }

    private ref EndQueue Queue(EndRole role) => ref role == EndRole.Listen ? ref _listening : ref _connecting;
}

/// <summary>A linked list through the ends themselves.</summary>
internal struct EndQueue
{
    private RelayEnd? _last;

    public RelayEnd? First { get; private set; }

    public int Count { get; private set; }

    /// <summary>How many of them are held.</summary>
    public int Held { get; set; }

    public void Add(RelayEnd end)
    {
        end.Previous = _last;
        if (_last is null)
        {
            First = end;
        }
        else
        {
            _last.Next = end;
        }

        _last = end;
        Count++;
    }

    public void Remove(RelayEnd end)
    {
        if (end.Previous is null)
        {
            First = end.Next;
        }
        else
        {
            end.Previous.Next = end.Next;
        }

        if (end.Next is null)
        {
            _last = end.Previous;
        }
        else
        {
            end.Next.Previous = end.Previous;
        }

        (end.Previous, end.Next) = (null, null);
        Count--;
    }
}
