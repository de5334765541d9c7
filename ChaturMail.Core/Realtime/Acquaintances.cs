using ChaturMail.Core.Conversations;

namespace ChaturMail.Core.Realtime;

/// <summary>Who may know whether somebody is there: those who share a party or a conversation with them.</summary>
public sealed class Acquaintances(ConversationMembership conversations)
{
    /// <summary>Those of the users whose presence this one may know, themselves among them.</summary>
    public async Task<IReadOnlyCollection<string>> FilterAsync(string uid, IReadOnlyCollection<string> others, CancellationToken cancellation)
    {
        var known = await conversations.ListKnownAsync(uid, cancellation);
        return [.. others.Distinct().Where(other => other == uid || known.Contains(other))];
    }
}
