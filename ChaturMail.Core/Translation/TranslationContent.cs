using System.Text.Json.Nodes;
using ChaturMail.Core.Accounts;
using ChaturMail.Core.Privacy;
using ChaturMail.Core.Storage;
using ChaturMail.Core.Workspaces;

namespace ChaturMail.Core.Translation;

/// <summary>
/// What translating holds of a user: how much they had translated today, and requests that are not carried out yet. The translations are nobody's.
/// Ends what is over as well: translations that nobody reads, requests that failed, counts of other days.
/// </summary>
public sealed class TranslationContent(IDocumentStore store, TranslationOptions options, TimeProvider time) : IPersonalContent, ISweepStep
{
    private const int MostAtOnce = 200;

    private static readonly TimeSpan KeepFailed = TimeSpan.FromHours(1);

    private readonly Documents<TranslatedText> _translations = new(store, TranslatedText.Kind);
    private readonly Documents<TranslationTask> _tasks = new(store, TranslationTask.Kind);
    private readonly Documents<TranslationUse> _uses = new(store, TranslationUse.Kind);

    /// <inheritdoc/>
    public string Section => "translations";

    /// <summary>The characters of the last day on which any were translated.</summary>
    public async IAsyncEnumerable<JsonObject> ExportAsync(string uid, [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancellation)
    {
        if (await _uses.FindAsync(Preferences.IdOf(uid), cancellation) is not { } use) yield break;
        yield return new JsonObject { ["day"] = DateOnly.FromDayNumber(use.Day).ToString("yyyy-MM-dd", System.Globalization.CultureInfo.InvariantCulture), ["characters"] = use.Characters };
    }

    /// <summary>
    /// Takes the user out of all requests. The count of the day goes as well: a later account of the same person on the same day begins anew.
    /// </summary>
    public async Task EraseAsync(string uid, DateTimeOffset before, CancellationToken cancellation)
    {
        while (await _tasks.ListAsync(TranslationTask.KeyOf(uid), cancellation, limit: MostAtOnce) is { Count: > 0 } tasks)
            foreach (var task in tasks) await _tasks.ChangeAsync(task.Id, found => found.Leave(uid), cancellation);
        await _uses.ChangeAsync(Preferences.IdOf(uid), use => new Decision<TranslationUse, TranslationUse>(use) { Delete = true }, cancellation);
    }

    /// <inheritdoc/>
    public async Task RunAsync(CancellationToken cancellation)
    {
        var now = time.GetUtcNow();
        var unread = (now - options.KeepUnread).ToUnixTimeMilliseconds();
        await SweepAsync(_translations, TranslatedText.All, text => text.Id, text => text.UsedOn < unread, cancellation);
        var failed = (now - KeepFailed).ToUnixTimeMilliseconds();
        await SweepAsync(_tasks, TranslationTask.Ended, task => task.Id, task => task.Failure is not null && task.DueOn < failed, cancellation);
        var today = DateOnly.FromDateTime(now.UtcDateTime).DayNumber;
        await SweepAsync(_uses, TranslationUse.All, use => use.Id, use => use.Day < today, cancellation);
    }

    // Those that are over stand first.
    private static async Task SweepAsync<T>(Documents<T> all, string key, Func<T, string> idOf, Func<T, bool> isOver, CancellationToken cancellation) where T : class
    {
        while (true)
        {
            var over = (await all.ListAsync(key, cancellation, newestFirst: false, limit: MostAtOnce)).TakeWhile(isOver).ToList();
            // Read, or asked for again, since it was listed: it stays.
            foreach (var one in over) await all.ChangeAsync(idOf(one), found => new Decision<T, T>(found) { Delete = isOver(found) }, cancellation);
            if (over.Count < MostAtOnce) return;
        }
    }
}
