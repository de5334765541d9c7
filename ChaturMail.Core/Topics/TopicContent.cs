using System.Runtime.CompilerServices;
using System.Runtime.ExceptionServices;
using System.Text.Json;
using System.Text.Json.Nodes;
using ChaturMail.Core.Events;
using ChaturMail.Core.Parties;
using ChaturMail.Core.Privacy;
using ChaturMail.Core.Storage;
using ChaturMail.Core.Workspaces;

namespace ChaturMail.Core.Topics;

/// <summary>
/// Topics when a party, a member or an account goes. Texts that somebody wrote for a party stay the party's: their uid is taken out of them. A party
/// that nobody else is in goes as a whole, and its topics with it.
/// </summary>
public sealed class TopicContent(IDocumentStore store, TopicService topics, TopicApprovals approvals) : IPartyContent, IPersonalContent, ISweepStep
{
    private const int AtOnce = 50;

    private readonly Documents<Topic> _topics = new(store, Topic.Kind);
    private readonly Documents<DraftVersion> _versions = new(store, DraftVersion.Kind);
    private readonly Documents<SuggestedText> _suggestions = new(store, SuggestedText.Kind);

    /// <inheritdoc/>
    public string Section => "topics";

    /// <inheritdoc/>
    public async Task DeleteAsync(string partyId, CancellationToken cancellation)
    {
        foreach (var key in new[] { Topic.KeyOfParty(partyId), Topic.DeletedKeyOfParty(partyId) })
        {
            // Each is taken out of the list that it is in.
            for (var found = await ListAsync(key); found.Count > 0; found = await ListAsync(key))
                foreach (var topic in found) await topics.DeleteAsync(topic, DomainEvent.System, cancellation);
        }

        Task<IReadOnlyList<Topic>> ListAsync(string key) => _topics.ListAsync(key, cancellation, limit: AtOnce);
    }

    /// <inheritdoc/>
    public async Task RemoveMemberAsync(string partyId, string uid, CancellationToken cancellation)
    {
        await foreach (var topic in AllAsync(_topics, Topic.Kind, Topic.KeyOfParty(partyId), cancellation))
            await _topics.ChangeAsync(topic.Id, now => TopicRules.RemoveMember(now, uid), cancellation);
    }

    /// <summary>Finishes deletions, and what remained to be noted of sendings. One that cannot be finished now holds up no other; the first such fault is thrown at the end.</summary>
    public async Task RunAsync(CancellationToken cancellation)
    {
        Exception? fault = null;
        await EachAsync(Topic.SendingKey, topic => approvals.FinishSendingAsync(topic, cancellation));
        await EachAsync(Topic.DeletedKey, topic => topics.DeleteAsync(topic, DomainEvent.System, cancellation));
        if (fault is not null) ExceptionDispatchInfo.Throw(fault);

        async Task EachAsync(string key, Func<Topic, Task> finish)
        {
            await foreach (var topic in AllAsync(_topics, Topic.Kind, key, cancellation))
            {
                try
                {
                    await finish(topic);
                }
                catch (Exception e) when (!cancellation.IsCancellationRequested)
                {
                    fault ??= e;
                }
            }
        }
    }

    /// <inheritdoc/>
    public async IAsyncEnumerable<JsonObject> ExportAsync(string uid, [EnumeratorCancellation] CancellationToken cancellation)
    {
        await foreach (var topic in AllAsync(_topics, Topic.Kind, Topic.KeyOfPerson(uid), cancellation))
        {
            if (topic.OwnerId == uid) yield return Item("topic", new { topic.Id, topic.PartyId, topic.Title, createdOn = topic.CreatedOn / 1000 });
            if (topic.Draft is { } draft && draft.By == uid) yield return Item(draft);
            if (topic.Approval?.Approvers.FirstOrDefault(approver => approver.Uid == uid) is { } approver)
                yield return Item("approval", new { topicId = topic.Id, version = topic.Approval.Version, state = approver.State.ToString().ToLowerInvariant(), approver.Note });
            foreach (var sent in new[] { topic.Sent, topic.Sent?.Before }.OfType<SentDraft>().Where(sent => sent.By == uid))
                yield return Item("sent", new { topicId = topic.Id, sent.Version, scheduleId = sent.ScheduleId ?? "", sentOn = sent.On / 1000 });
        }

        await foreach (var version in AllAsync(_versions, DraftVersion.Kind, DraftVersion.KeyOfAuthor(uid), cancellation))
        {
            // A version may be kept by itself and still be the current one, when somebody died.
            if ((await _topics.FindAsync(version.TopicId, cancellation))?.Version != version.Number) yield return Item(version);
        }

        await foreach (var text in AllAsync(_suggestions, SuggestedText.Kind, DraftVersion.KeyOfAuthor(uid), cancellation))
            yield return Item("suggestion", new { text.Id, text.TopicId, text.ToEmail, text.Subject, text.Text, text.Note, suggestedOn = text.On / 1000 });
    }

    /// <inheritdoc/>
    public async Task EraseAsync(string uid, DateTimeOffset before, CancellationToken cancellation)
    {
        var moment = before.ToUnixTimeMilliseconds();
        await foreach (var topic in AllAsync(_topics, Topic.Kind, Topic.KeyOfPerson(uid), cancellation))
            await _topics.ChangeAsync(topic.Id, now => TopicRules.Erase(now, uid, moment), cancellation);
        await foreach (var version in AllAsync(_versions, DraftVersion.Kind, DraftVersion.KeyOfAuthor(uid), cancellation))
        {
            if (version.On < moment)
                await _versions.ChangeAsync(DraftVersion.Kind.IdOf(version), now => new Decision<DraftVersion, string>("") { Change = now with { By = "" } }, cancellation);
        }

        await foreach (var text in AllAsync(_suggestions, SuggestedText.Kind, DraftVersion.KeyOfAuthor(uid), cancellation))
        {
            if (text.On < moment)
                await _suggestions.ChangeAsync(text.Id, now => new Decision<SuggestedText, string>("") { Change = now with { By = "" } }, cancellation);
        }
    }

    private static async IAsyncEnumerable<T> AllAsync<T>(
        Documents<T> documents, DocumentKind<T> kind, string key, [EnumeratorCancellation] CancellationToken cancellation) where T : class
    {
        DocumentCursor? after = null;
        while (true)
        {
            var page = await documents.ListAsync(key, cancellation, limit: AtOnce, after: after);
            foreach (var document in page) yield return document;
            if (page.Count < AtOnce) yield break;
            after = new DocumentCursor(kind.SortOf(page[^1]), kind.IdOf(page[^1]));
        }
    }

    private static JsonObject Item(DraftVersion version) => Item(
        "version", new
        {
            version.TopicId,
            version = version.Number,
            source = version.Source.ToString().ToLowerInvariant(),
            version.ToEmail,
            version.Subject,
            version.Text,
            savedOn = version.On / 1000,
        });

    private static JsonObject Item(string kind, object fields)
    {
        var item = JsonSerializer.SerializeToNode(fields, JsonSerializerOptions.Web)!.AsObject();
        item.Insert(0, "kind", kind);
        return item;
    }
}
