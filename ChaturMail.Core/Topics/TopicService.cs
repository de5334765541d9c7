using System.Globalization;
using ChaturMail.Core.Conversations;
using ChaturMail.Core.Events;
using ChaturMail.Core.Parties;
using ChaturMail.Core.Realtime;
using ChaturMail.Core.Storage;
using ChaturMail.Core.Translation;
using ChaturMail.Core.Workspaces;

namespace ChaturMail.Core.Topics;

/// <summary>
/// The topics of parties. Everything asks first whether the user is in the party; who is not is told of no topic whether there is one. After a change
/// the party's members are told.
/// </summary>
public sealed class TopicService(
    IDocumentStore store, PartyMembership parties, ConversationService conversations, TranslationService translations, IUserChannel channel, WorkspaceOptions options,
    TimeProvider time)
{
    private readonly Documents<Topic> _topics = new(store, Topic.Kind);
    private readonly Documents<DraftVersion> _versions = new(store, DraftVersion.Kind);
    private readonly Documents<SuggestedText> _suggestions = new(store, SuggestedText.Kind);

    /// <summary>Makes a topic, with its conversation.</summary>
    public async Task<TopicResult> CreateAsync(string partyId, string uid, string title, CancellationToken cancellation)
    {
        if (await parties.FindAsync(partyId, uid, cancellation) is not { } party) return new TopicResult(null, PartyRefusal.NotFound);
        for (var place = 0; place < options.TopicsOfAParty; place++)
        {
            var topic = new Topic(DocumentId.New(time), partyId, title, uid, time.GetUtcNow().ToUnixTimeMilliseconds(), place);
            if (!await _topics.AddAsync(topic, cancellation, TopicRules.Note(time, EventType.TopicCreated, topic, uid))) continue;
            // A party that was deleted meanwhile may have looked for its topics before this one was there.
            if (await parties.FindAsync(partyId, uid, cancellation) is null)
            {
                await DeleteAsync(topic, uid, cancellation);
                return new TopicResult(null, PartyRefusal.NotFound);
            }

            // Whoever dies before this leaves a topic whose conversation is made when somebody opens it.
            if (await OpenConversationAsync(topic, cancellation) is null) return new TopicResult(null, TopicRefusal.TopicNotFound);
            await TellAsync(party, topic, cancellation);
            return new TopicResult(topic) { Party = party };
        }

        return new TopicResult(null, TopicRefusal.TooManyTopics);
    }

    /// <summary>A page of a party's topics, newest first; null for who is not in it.</summary>
    public async Task<(Party Party, IReadOnlyList<Topic> Topics)?> ListAsync(
        string partyId, string uid, int limit, DocumentCursor? after, CancellationToken cancellation) =>
        await parties.FindAsync(partyId, uid, cancellation) is { } party
            ? (party, await _topics.ListAsync(Topic.KeyOfParty(partyId), cancellation, limit: limit, after: after)) : null;

    /// <summary>The topic with the member of its party; null for who is not in it.</summary>
    public async Task<(Topic Topic, TopicMember Member)?> FindAsync(string topicId, string uid, CancellationToken cancellation) =>
        await _topics.FindAsync(topicId, cancellation) is { IsDeleted: false } topic
        && await parties.FindAsync(topic.PartyId, uid, cancellation) is { } party ? (topic, new TopicMember(party, uid)) : null;

    /// <summary>The topic's conversation; null when the topic is deleted by now.</summary>
    public async Task<Conversation?> OpenConversationAsync(Topic topic, CancellationToken cancellation)
    {
        var conversation = await conversations.EnsureTopicAsync(topic.Id, topic.PartyId, cancellation);
        // Who deleted the topic meanwhile may have looked for its conversation before this one was there.
        if (await _topics.FindAsync(topic.Id, CancellationToken.None) is { IsDeleted: false }) return conversation;
        await conversations.DeleteAsync(conversation.Id, CancellationToken.None);
        return null;
    }

    /// <summary>Gives a topic another title.</summary>
    public Task<TopicResult> RenameAsync(string topicId, string uid, string title, CancellationToken cancellation) =>
        ChangeAsync(topicId, uid, (topic, member) => TopicRules.Rename(topic, member, title, time), cancellation);

    /// <summary>
    /// Deletes a topic with its versions, suggestions and conversation. Nobody sees it from the first step on; whoever repeats it, or the next sweep,
    /// finishes what a process that died has left.
    /// </summary>
    public async Task<TopicResult> DeleteAsync(string topicId, string uid, CancellationToken cancellation)
    {
        if (await _topics.FindAsync(topicId, cancellation) is not { } topic || await parties.FindAsync(topic.PartyId, uid, cancellation) is not { } party)
            return new TopicResult(null, TopicRefusal.TopicNotFound);
        if (!new TopicMember(party, uid).Manages(topic)) return new TopicResult(null, topic.IsDeleted ? TopicRefusal.TopicNotFound : TopicRefusal.NotTopicOwner);
        await DeleteAsync(topic, uid, cancellation);
        await TellAsync(party, topic, cancellation);
        return new TopicResult(topic) { Party = party };
    }

    /// <summary>As <see cref="DeleteAsync(string, string, CancellationToken)"/>, where it was decided before.</summary>
    internal async Task DeleteAsync(Topic topic, string uid, CancellationToken cancellation)
    {
        await _topics.ChangeAsync(topic.Id, now => TopicRules.Delete(now, uid, time), cancellation);
        var key = DraftVersion.KeyOfTopic(topic.Id);
        foreach (var version in await _versions.ListAsync(key, cancellation))
        {
            await ForgetAsync(version, cancellation);
            await RemoveAsync(_versions, DraftVersion.Kind, version, cancellation);
        }

        IReadOnlyList<SuggestedText> page;
        do
        {
            page = await _suggestions.ListAsync(key, cancellation, limit: 100);
            foreach (var text in page) await RemoveAsync(_suggestions, SuggestedText.Kind, text, cancellation);
        }
        while (page.Count == 100);
        await conversations.DeleteAsync(ConversationService.TopicConversationId(topic.Id), cancellation);
        if (topic.Draft is { } draft) await ForgetAsync(draft, cancellation);
        await RemoveAsync(_topics, Topic.Kind, topic, cancellation);
    }

    /// <summary>Changes a topic as a member of its party may, and tells the members.</summary>
    internal async Task<TopicResult> ChangeAsync(
        string topicId, string uid, Func<Topic, TopicMember, Decision<Topic, TopicResult>> decide, CancellationToken cancellation) =>
        await FindAsync(topicId, uid, cancellation) is var (_, member)
            ? await ChangeAsync(topicId, member, topic => decide(topic, member), cancellation)
            : new TopicResult(null, TopicRefusal.TopicNotFound);

    /// <summary>As the other, for who was seen to be a member.</summary>
    internal async Task<TopicResult> ChangeAsync(
        string topicId, TopicMember member, Func<Topic, Decision<Topic, TopicResult>> decide, CancellationToken cancellation)
    {
        var gone = new TopicResult(null, TopicRefusal.TopicNotFound);
        var result = await _topics.ChangeAsync(topicId, topic => topic.IsDeleted ? new Decision<Topic, TopicResult>(gone) : decide(topic), cancellation) ?? gone;
        // Told again when nothing was changed: whoever did it before may have died before telling.
        if (result is { Refusal: null, Topic: { } changed }) await TellAsync(member.Party, changed, cancellation);
        return result with { Party = member.Party };
    }

    /// <summary>Deletes a document whatever its version. May be repeated.</summary>
    internal static Task RemoveAsync<T>(Documents<T> documents, DocumentKind<T> kind, T document, CancellationToken cancellation) where T : class =>
        documents.ChangeAsync(kind.IdOf(document), _ => new Decision<T, string>("") { Delete = true }, cancellation);

    // Translations are found by the text alone: before it is gone.
    private async Task ForgetAsync(DraftVersion version, CancellationToken cancellation)
    {
        await translations.ForgetAsync(version.Subject, cancellation);
        await translations.ForgetAsync(version.Text, cancellation);
    }

    private Task<IReadOnlyList<string>> TellAsync(Party party, Topic topic, CancellationToken cancellation) => channel.TellAsync(
        [.. party.Members.Select(member => member.Uid)],
        new UserUpdate("topic", string.Create(CultureInfo.InvariantCulture, $$"""{"topicId":"{{topic.Id}}","partyId":"{{topic.PartyId}}","version":{{topic.Version}}}""")),
        cancellation);
}
