using System.Text;

namespace ChaturMail.Core.Realtime;

/// <summary>An update in the form in which connections get it, made once for all of them.</summary>
/// <param name="json">UTF-8 of <c>{"type":"…","data":{…}}</c>.</param>
public sealed class LiveUpdate(ReadOnlyMemory<byte> json)
{
    /// <summary>Something may have been missed: clients ask for it.</summary>
    public static readonly LiveUpdate Resync = Of(new UserUpdate("resync", "{}"));

    private object? _form;

    /// <summary>UTF-8 of <c>{"type":"…","data":{…}}</c>.</summary>
    public ReadOnlyMemory<byte> Json => json;

    /// <summary>The update in this form.</summary>
    public static LiveUpdate Of(UserUpdate update) => new(Encoding.UTF8.GetBytes($$"""{"type":"{{update.Type}}","data":{{update.Data}}}"""));

    /// <summary>What a connection makes of it, made by the first that asks; all must make the same.</summary>
    public T FormOf<T>(Func<LiveUpdate, T> make) where T : class => (T)(_form ??= make(this));
}

/// <summary>A connection of a user to this process.</summary>
public interface IUserConnection
{
    /// <summary>Whose it is.</summary>
    string Uid { get; }

    /// <summary>Sends an update after those before it. Does not wait for the client, and does not throw.</summary>
    void Tell(LiveUpdate update);
}
