using System.Text;

namespace ChaturMail.Core.Realtime;

/// <summary>An update, or several that are told together, in the form in which connections get it, made once for all of them.</summary>
/// <param name="json">UTF-8 of <c>{"type":"…","data":{…}}</c>; of several with <see cref="Separator"/> between them.</param>
public sealed class LiveUpdate(ReadOnlyMemory<byte> json)
{
    /// <summary>Stands between several updates: a character that JSON never holds as it is (RFC 8259, section 7).</summary>
    public const byte Separator = 0x1e;

    /// <summary>Something may have been missed: clients ask for it.</summary>
    public static readonly LiveUpdate Resync = Of(new UserUpdate("resync", "{}"));

    private object? _form;

    /// <summary>UTF-8 of <c>{"type":"…","data":{…}}</c>, perhaps of several.</summary>
    public ReadOnlyMemory<byte> Json => json;

    /// <summary>The update in this form.</summary>
    public static LiveUpdate Of(UserUpdate update) => new(Encoding.UTF8.GetBytes(
        update.Further.Count == 0 ? JsonOf(update) : string.Join((char)Separator, update.Further.Prepend(update).Select(JsonOf))));

    /// <summary>What a connection makes of it, made by the first that asks; all must make the same.</summary>
    public T FormOf<T>(Func<LiveUpdate, T> make) where T : class => (T)(_form ??= make(this));

    private static string JsonOf(UserUpdate update) => $$"""{"type":"{{update.Type}}","data":{{update.Data}}}""";
}

/// <summary>A connection of a user to this process.</summary>
public interface IUserConnection
{
    /// <summary>Whose it is.</summary>
    string Uid { get; }

    /// <summary>Sends an update after those before it. Does not wait for the client, and does not throw.</summary>
    void Tell(LiveUpdate update);
}
