using System.Text;
using System.Text.Json;
using ChaturMail.Core.Generation;
using ChaturMail.Core.Language;
using ChaturMail.Core.Language.OpenAI;
using ChaturMail.Core.Queue;
using ChaturMail.Core.Realtime;
using ChaturMail.Core.Storage;
using ChaturMail.Core.Topics;
using Microsoft.Extensions.Logging;

namespace ChaturMail.Core.Translation;

/// <summary>
/// Makes the translations that were asked for, in a worker, which has the models' keys. Every task may run twice, and that is harmless: what is saved is
/// found by the text. Saved first, told second.
/// </summary>
/// <param name="channel">Null where nobody can be told, who finds the translation at the next look then.</param>
public sealed class Translator(
    IDocumentStore store, ILanguageModel model, TranslationSources sources, IOutcomeChannel outcomes, TranslationOptions options,
    TimeProvider time, ILogger<Translator> log, IUserChannel? channel = null)
{
    // A model that was talked into something, or chatters, may do better at a second try; not at a third.
    private const int MostTries = 2;

    // Turns at a provider do not count against the time of a translation, but whoever has died must be found out some time.
    private static readonly TimeSpan BeyondTimeout = TimeSpan.FromMinutes(2);

    // A run ends this long before another worker may take its task, however long it waits for turns: two at once would be paid twice.
    private static readonly TimeSpan Spare = TimeSpan.FromSeconds(15);

    private static readonly TimeSpan Rest = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan RestOfRejected = TimeSpan.FromHours(1);
    private static readonly TimeSpan LongestRest = TimeSpan.FromHours(1);

    private readonly Documents<TranslatedText> _translations = new(store, TranslatedText.Kind);
    private readonly Documents<TranslationTask> _tasks = new(store, TranslationTask.Kind);

    /// <summary>Completes when there may be something to do, as far as that is heard of: whoever waits looks now and then as well.</summary>
    public IOutcomeListener Listen() => outcomes.Listen(TranslationService.WorkIsThere);

    /// <summary>Takes tasks that are due, no more than there is room for; nobody else has them until their time is over.</summary>
    public async Task<IReadOnlyList<TranslationTask>> TakeAsync(int most, CancellationToken cancellation)
    {
        var taken = new List<TranslationTask>();
        foreach (var task in await _tasks.ListAsync(TranslationTask.ToDo, cancellation, newestFirst: false, limit: most))
        {
            if (task.DueOn > time.GetUtcNow().ToUnixTimeMilliseconds()) break;
            var claim = await _tasks.ChangeAsync(task.Id, found => found.Take(time.GetUtcNow(), options.Timeout + BeyondTimeout), cancellation);
            if (claim?.Task is { } mine) taken.Add(mine);
        }

        return taken;
    }

    /// <summary>Carries a task that was taken to its end, whatever that is.</summary>
    /// <param name="stop">Cancelled when the process may not wait any longer: the task is given back.</param>
    public async Task RunAsync(TranslationTask task, CancellationToken stop)
    {
        try
        {
            await MakeAsync(task, stop);
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            await _tasks.ChangeAsync(
                task.Id, found => new Decision<TranslationTask, TranslationTask>(found) { Change = found with { DueOn = 0, Attempts = found.Attempts - 1 } },
                CancellationToken.None);
        }
        catch (Exception e)
        {
            // The lease ends, and another run finds out.
            log.LogFault(e, "A translation ended in an exception");
        }
    }

    private async Task MakeAsync(TranslationTask task, CancellationToken stop)
    {
        if (await _translations.FindAsync(task.Id, stop) is { } made)
        {
            await EndAsync(task.Id, made);
            return;
        }

        if (task.Attempts > TranslationTask.MostAttempts)
        {
            await FailAsync(task.Id, TranslationCode.Failed, RestOfRejected);
            return;
        }

        if (await FindTextAsync(task, stop) is not (var payer, var text))
        {
            // Edited, deleted or erased since, or nobody of those who asked may see it any more.
            await EndAsync(task.Id, null);
            return;
        }

        var (translation, failure) = await TranslateAsync(text, task.Language, payer, stop);
        if (failure is not null)
        {
            log.LogWarning("A translation failed: {Reason}", failure.Reason);
            await FailAsync(task.Id, failure.Code, failure.Rest);
            return;
        }

        var saved = new TranslatedText(
            task.Id, TranslatedText.DigestOf(text), task.Language, translation!, TranslationNeed.SourceOf(text), time.GetUtcNow().ToUnixTimeMilliseconds());
        // Deleted or edited while the model was at it: what is gone is not kept in another language.
        if (await FindTextAsync(task, stop) is null) saved = null;
        else await _translations.AddAsync(saved, CancellationToken.None);
        await EndAsync(task.Id, saved);
    }

    private async Task<(string Payer, string Text)?> FindTextAsync(TranslationTask task, CancellationToken cancellation)
    {
        foreach (var reader in task.Readers)
        {
            foreach (var text in await sources.FindAsync(reader, cancellation))
                if (TranslatedText.IdOf(text, task.Language) == task.Id) return (reader.Uid, text);
        }

        return null;
    }

    private async Task<(string? Text, Failure? Why)> TranslateAsync(string text, string language, string uid, CancellationToken stop)
    {
        using var clock = new RunClock(options.Timeout, time);
        using var lease = new CancellationTokenSource(options.Timeout + BeyondTimeout - Spare, time);
        using var inTime = CancellationTokenSource.CreateLinkedTokenSource(stop, clock.Token, lease.Token);
        var whole = new StringBuilder(text.Length * 2);
        try
        {
            foreach (var piece in TextPieces.Of(text))
            {
                // Blanks around a piece are the text's, and no model keeps them.
                var core = piece.Trim();
                var (translation, why) = core.Length == 0 ? ("", null) : await TranslatePieceAsync(core, language, uid, clock, inTime.Token);
                if (why is not null) return (null, why);
                var start = piece.Length - piece.TrimStart().Length;
                whole.Append(piece, 0, start).Append(translation);
                if (core.Length > 0) whole.Append(piece, start + core.Length, piece.Length - start - core.Length);
            }
        }
        catch (OperationCanceledException) when (!stop.IsCancellationRequested)
        {
            return (null, new Failure(TranslationCode.Failed, "its time was over.", Rest));
        }

        return (whole.ToString(), null);
    }

    private async Task<(string? Text, Failure? Why)> TranslatePieceAsync(string text, string language, string uid, RunClock clock, CancellationToken cancellation)
    {
        var request = TranslationPrompt.Request(text, language, uid) with { Clock = clock };
        Failure? why = null;
        for (var attempt = 1; attempt <= MostTries; attempt++)
        {
            var answer = await model.WriteAsync(request, cancellation);
            if (answer is not ModelAnswer.Written written) return (null, FailureOf((ModelAnswer.Failed)answer));
            var clean = TranslationWords.Clean(text, written.Text);
            var problem = written.Note == ProviderCall.BrokenOff ? "broken off" : TranslationCheck.Problem(request, clean);
            if (problem is null) return (clean, null);
            why = new Failure(TranslationCode.Failed, $"{written.Model}: {problem}", RestOfRejected);
        }

        return (null, why);
    }

    private static Failure FailureOf(ModelAnswer.Failed failed) => failed.Kind switch
    {
        ModelFailure.OverBudget => new Failure(TranslationCode.OverBudget, failed.Reason, Rest),
        ModelFailure.RequestRefused => new Failure(TranslationCode.Failed, failed.Reason, RestOfRejected),
        _ => new Failure(TranslationCode.Failed, failed.Reason, failed.RetryAfter > Rest ? (failed.RetryAfter > LongestRest ? LongestRest : failed.RetryAfter.Value) : Rest),
    };

    private async Task FailAsync(string id, string code, TimeSpan rest)
    {
        await _tasks.ChangeAsync(id, task => task.Fail(code, time.GetUtcNow(), rest), CancellationToken.None);
        await outcomes.AnnounceAsync(TranslationService.EndOf(id), CancellationToken.None);
    }

    // With those who came while it was made.
    private async Task EndAsync(string id, TranslatedText? made)
    {
        var ended = await _tasks.ChangeAsync(id, task => new Decision<TranslationTask, TranslationTask>(task) { Delete = true }, CancellationToken.None);
        await outcomes.AnnounceAsync(TranslationService.EndOf(id), CancellationToken.None);
        if (made is null || ended is null || channel is null) return;
        foreach (var readers in (await StillReadersAsync(ended, made)).GroupBy(reader => (reader.Kind, reader.Reference)))
        {
            await channel.TellAsync(
                [.. readers.Select(reader => reader.Uid).Distinct()], new UserUpdate("translation", Update(readers.Key.Kind, readers.Key.Reference, made)),
                CancellationToken.None);
        }
    }

    // Whoever has left since, or whose text is another by now, is told nothing.
    private async Task<IReadOnlyList<TranslationReader>> StillReadersAsync(TranslationTask task, TranslatedText made)
    {
        var readers = new List<TranslationReader>();
        foreach (var reader in task.Readers)
        {
            var texts = await sources.FindAsync(reader, CancellationToken.None);
            if (texts.Any(text => TranslatedText.IdOf(text, made.Language) == made.Id)) readers.Add(reader);
        }

        return readers;
    }

    // Of what has several texts the translation is asked for, which is there then.
    private static string Update(string kind, string reference, TranslatedText made)
    {
        if (kind == MessageTexts.Name)
            return JsonSerializer.Serialize(new { messageId = reference, language = made.Language, source = made.Source, text = made.Text }, JsonSerializerOptions.Web);
        if (kind != DraftTexts.Name) return JsonSerializer.Serialize(new Dictionary<string, string> { [kind + "Id"] = reference, ["language"] = made.Language });
        var (topicId, version) = DraftTexts.Read(reference);
        return JsonSerializer.Serialize(new { topicId, version, language = made.Language });
    }

    private sealed record Failure(string Code, string Reason, TimeSpan Rest);
}
