using System.Text;

namespace SocketConnector.Cli.Top;

/// <summary>The keys that mean something here.</summary>
internal enum KeyName
{
    Character,
    Enter,
    Escape,
    Backspace,
    Up,
    Down,
    PageUp,
    PageDown,
    Home,
    End,

    /// <summary>Ctrl-U: away with what is typed.</summary>
    Clear,

    /// <summary>Ctrl-L: everything is drawn again.</summary>
    Redraw,

    /// <summary>Ctrl-C, which is a key like others in raw mode.</summary>
    Interrupt,
}

/// <summary>A key that was pressed.</summary>
/// <param name="Name">Which one.</param>
/// <param name="Character">What it writes, if it is <see cref="KeyName.Character"/>.</param>
internal readonly record struct Key(KeyName Name, Rune Character = default)
{
    public static Key Of(char character) => new(KeyName.Character, new Rune(character));
}
