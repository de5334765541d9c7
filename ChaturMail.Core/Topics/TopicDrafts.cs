using ChaturMail.Core.Storage;

namespace ChaturMail.Core.Topics;

/// <summary>
/// The versions of drafts, and suggestions for them. The current version stands in the topic; before another takes its place it is kept by itself, under an
/// id that follows from its number: whoever dies in between, or loses to another, has kept what is current anyway, and nothing is ever lost.
/// </summary>
public sealed class TopicDrafts(IDocumentStore store, TopicService topics, IEmailStore emails, TimeProvider time)
{
    // Of those that are too many there is one at most, unless somebody died.
    private const int PrunedAtOnce = 10;

    private readonly Documents<DraftVersion> _versions = new(store, DraftVersion.Kind);
    private readonly Documents<SuggestedText> _suggestions = new(store, SuggestedText.Kind);

    /// <summary>Saves what a member wrote as the next version; null leaves a field as it is.</summary>
    /// <param name="from">The version that it was made from; 0 for the first.</param>
    public Task<TopicResult> SaveAsync(
        string topicId, string uid, int from, string? toEmail, string? subject, string? text, CancellationToken cancellation) =>
        SaveAsync(topicId, uid, new DraftEdit(from, DraftSource.Written, uid, toEmail, subject, text), cancellation);

    /// <summary>Saves an email of the member's own history as the next version.</summary>
    public async Task<TopicResult> SaveEmailAsync(string topicId, string uid, int from, string emailId, CancellationToken cancellation)
    {
        if (await topics.FindAsync(topicId, uid, cancellation) is null) return new TopicResult(null, TopicRefusal.TopicNotFound);
        return await emails.FindAsync(uid, emailId, cancellation) is { } email
            ? await SaveAsync(topicId, uid, new DraftEdit(from, DraftSource.Generated, uid, email.ToEmail, email.Subject, email.Text), cancellation)
            : new TopicResult(null, TopicRefusal.EmailNotFound);
    }

    /// <summary>Makes an earlier version the next one.</summary>
    /// <param name="from">The version that is current.</param>
    public async Task<TopicResult> RestoreAsync(string topicId, string uid, int from, int restored, CancellationToken cancellation)
    {
        if (await topics.FindAsync(topicId, uid, cancellation) is not var (topic, _)) return new TopicResult(null, TopicRefusal.TopicNotFound);
        if (await FindVersionAsync(topic, restored, cancellation) is not { } version) return new TopicResult(topic, TopicRefusal.VersionNotFound);
        var edit = new DraftEdit(from, DraftSource.Restored, uid, version.ToEmail, version.Subject, version.Text) { RestoredFrom = restored };
        return await SaveAsync(topicId, uid, edit, cancellation);
    }

    /// <summary>The version of this number, or null.</summary>
    public async Task<DraftVersion?> FindVersionAsync(Topic topic, int number, CancellationToken cancellation) =>
        topic.Draft is { } draft && draft.Number == number ? draft
        : number > topic.Version || number <= topic.Version - TopicRules.MostVersions ? null
        : await _versions.FindAsync(DraftVersion.IdOf(topic.Id, number), cancellation);

    /// <summary>Versions, newest first.</summary>
    /// <param name="before">Versions with smaller numbers than this, or null.</param>
    public async Task<IReadOnlyList<DraftVersion>> ListVersionsAsync(Topic topic, int? before, int limit, CancellationToken cancellation)
    {
        if (topic.Draft is not { } draft) return [];
        var last = Math.Min(before ?? int.MaxValue, draft.Number);
        var kept = await _versions.ListAsync(
            DraftVersion.KeyOfTopic(topic.Id), cancellation, limit: limit, after: new DocumentCursor(last, DraftVersion.IdOf(topic.Id, last)));
        var listed = kept.Where(version => version.Number < last && version.Number > draft.Number - TopicRules.MostVersions);
        return [.. (before is null || before > draft.Number ? listed.Prepend(draft) : listed).Take(limit)];
    }

    /// <summary>Proposes another text for the current version; null leaves a field as it is.</summary>
    /// <param name="version">The version that the member saw.</param>
    public async Task<(TopicResult Result, string Id)> SuggestAsync(
        string topicId, string uid, int version, string? toEmail, string? subject, string? text, string note, CancellationToken cancellation)
    {
        if (await topics.FindAsync(topicId, uid, cancellation) is not var (topic, member)) return (new TopicResult(null, TopicRefusal.TopicNotFound), "");
        var id = DocumentId.New(time);
        var refused = TopicRules.Suggest(topic, member, id, version, time).Answer;
        if (refused.Refusal is not null || topic.Draft is not { } draft) return (refused, "");

        // The text first: what the topic names is there. Of whoever dies before it is named a text remains that nobody sees, and that goes with the topic.
        var suggested = new SuggestedText(
            id, topicId, uid, time.GetUtcNow().ToUnixTimeMilliseconds(), toEmail ?? draft.ToEmail, subject ?? draft.Subject, text ?? draft.Text, note);
        await _suggestions.AddAsync(suggested, cancellation);
        var result = await topics.ChangeAsync(topicId, member, now => TopicRules.Suggest(now, member, id, version, time), cancellation);
        if (result.Refusal is not null) await TopicService.RemoveAsync(_suggestions, SuggestedText.Kind, suggested, cancellation);
        return (result, id);
    }

    /// <summary>Makes a suggestion the next version.</summary>
    public async Task<TopicResult> AcceptAsync(string topicId, string uid, string suggestionId, CancellationToken cancellation)
    {
        if (await topics.FindAsync(topicId, uid, cancellation) is not var (topic, member)) return new TopicResult(null, TopicRefusal.TopicNotFound);
        if (await _suggestions.FindAsync(suggestionId, cancellation) is not { } text || text.TopicId != topicId)
            return new TopicResult(topic, TopicRefusal.SuggestionNotFound);
        return await ReplaceDraftAsync(topic, member, now => TopicRules.Accept(now, member, text, time), cancellation);
    }

    /// <summary>Declines or withdraws a suggestion.</summary>
    public async Task<TopicResult> CloseAsync(string topicId, string uid, string suggestionId, SuggestionState state, CancellationToken cancellation)
    {
        if (await topics.FindAsync(topicId, uid, cancellation) is not var (topic, member)) return new TopicResult(null, TopicRefusal.TopicNotFound);
        var result = await topics.ChangeAsync(topicId, member, now => TopicRules.Close(now, member, suggestionId, state, time), cancellation);
        await PruneSuggestionsAsync(topic, result, cancellation);
        return result;
    }

    /// <summary>What suggestions of a topic propose, by their ids.</summary>
    public async Task<IReadOnlyDictionary<string, SuggestedText>> FindTextsAsync(IReadOnlyCollection<TopicSuggestion> suggestions, CancellationToken cancellation) =>
        (await _suggestions.FindAsync([.. suggestions.Select(suggestion => suggestion.Id)], cancellation)).ToDictionary(text => text.Id);

    private async Task<TopicResult> SaveAsync(string topicId, string uid, DraftEdit edit, CancellationToken cancellation) =>
        await topics.FindAsync(topicId, uid, cancellation) is var (topic, member)
            ? await ReplaceDraftAsync(topic, member, now => TopicRules.Save(now, member, edit, time), cancellation)
            : new TopicResult(null, TopicRefusal.TopicNotFound);

    private async Task<TopicResult> ReplaceDraftAsync(
        Topic topic, TopicMember member, Func<Topic, Decision<Topic, TopicResult>> decide, CancellationToken cancellation)
    {
        if (topic.Draft is { } current && decide(topic).Change is not null) await _versions.AddAsync(current, cancellation);
        // Only what was kept may be replaced: a decision about another version is made anew, from the beginning.
        var result = await topics.ChangeAsync(
            topic.Id, member,
            now => now.Version == topic.Version ? decide(now) : decide(now) is { Change: null } left ? left : new(new TopicResult(now, TopicRefusal.DraftConflict)),
            cancellation);
        if (result.Refusal == TopicRefusal.TopicNotFound)
        {
            // It was deleted meanwhile, perhaps before this version was kept.
            if (topic.Draft is { } orphan) await TopicService.RemoveAsync(_versions, DraftVersion.Kind, orphan, cancellation);
        }
        else if (result is { Refusal: null, Topic: { } saved })
        {
            await PruneAsync(saved, cancellation);
            await PruneSuggestionsAsync(topic, result, cancellation);
        }

        return result;
    }

    private async Task PruneAsync(Topic topic, CancellationToken cancellation)
    {
        var last = topic.Version - TopicRules.MostVersions;
        if (last <= 0) return;
        var oldest = await _versions.ListAsync(DraftVersion.KeyOfTopic(topic.Id), cancellation, newestFirst: false, limit: PrunedAtOnce);
        foreach (var version in oldest.Where(version => version.Number <= last))
            await TopicService.RemoveAsync(_versions, DraftVersion.Kind, version, cancellation);
    }

    // Texts of suggestions that the topic has forgotten.
    private async Task PruneSuggestionsAsync(Topic before, TopicResult result, CancellationToken cancellation)
    {
        if (result is not { Refusal: null, Topic: { } topic }) return;
        foreach (var forgotten in before.Suggestions.Where(suggestion => topic.Suggestions.All(kept => kept.Id != suggestion.Id)))
        {
            if (await _suggestions.FindAsync(forgotten.Id, cancellation) is { } text)
                await TopicService.RemoveAsync(_suggestions, SuggestedText.Kind, text, cancellation);
        }
    }
}
