using System.Threading.Channels;
using ChaturMail.Core.Accounts;
using ChaturMail.Core.Conversations;
using ChaturMail.Core.Language.Routing;
using ChaturMail.Core.Queue;
using ChaturMail.Core.Storage;
using Microsoft.Extensions.Logging;

namespace ChaturMail.Core.Translation;

/// <summary>
/// Texts in the language of who reads them. A translation that is there is given at once; one that is not is asked for, which a worker does
/// (<see cref="Translator"/>), and nothing ever waits for it but who says for how long. docs/decisions/0019 says why so. Whether the reader may see the
/// text is the caller's to know. Safe for concurrent use.
/// </summary>
public sealed class TranslationService(
    IDocumentStore store, ModelCatalog models, IOutcomeChannel outcomes, PreferencesService preferences,
    TranslationOptions options, TimeProvider time, ILogger<TranslationService> log)
{
    // More than the pages that one Api gives in a second. What does not fit is asked for at the next reading.
    private const int MostWishes = 1000;

    private static readonly TimeSpan LookEvery = TimeSpan.FromSeconds(0.5);
    private static readonly TimeSpan TouchEvery = TimeSpan.FromDays(1);

    private readonly Documents<TranslatedText> _translations = new(store, TranslatedText.Kind);
    private readonly Documents<TranslationTask> _tasks = new(store, TranslationTask.Kind);
    private readonly Documents<TranslationUse> _uses = new(store, TranslationUse.Kind);

    private readonly Channel<Wish> _wishes = Channel.CreateBounded<Wish>(
        new BoundedChannelOptions(MostWishes) { FullMode = BoundedChannelFullMode.DropWrite, SingleReader = true });

    /// <summary>False where no language model is configured that could translate: every answer is <see cref="TranslationCode.Unavailable"/> then.</summary>
    public bool IsAvailable => models.Translation.Count > 0;

    /// <summary>What is announced on <see cref="IOutcomeChannel"/> when there is something to be translated, in the form of a job's id.</summary>
    internal const string WorkIsThere = "7472616e736c617465212121";

    /// <summary>What is announced there when a translation is there, or failed.</summary>
    internal static string EndOf(string id) => id[..24];

    /// <summary>A text in the reader's language; asks for it where it is not there.</summary>
    /// <param name="text">One of those of what <paramref name="reader"/> names.</param>
    /// <param name="language">BCP 47 tag in canonical form.</param>
    public async Task<TranslationAnswer> RequestAsync(TranslationReader reader, string text, string language, CancellationToken cancellation)
    {
        if (!IsAvailable) return TranslationAnswer.Failed(TranslationCode.Unavailable);
        if (!TranslationNeed.Is(text, language, isAsked: true)) return new(TranslationState.Same, Source: TranslationNeed.SourceOf(text));
        var id = TranslatedText.IdOf(text, language);
        if (await FindAsync(id, cancellation) is { } there) return there;
        var joined = await JoinAsync(id, reader, cancellation);
        if (joined is null)
        {
            if (!await CountAsync(reader.Uid, text.Length, cancellation)) return TranslationAnswer.Failed(TranslationCode.LimitReached);
            var task = new TranslationTask(id, language, Now, 0, [reader]);
            // When somebody was faster, theirs is joined; when it has ended since, its end is found at the next look.
            joined = await _tasks.AddAsync(task, cancellation) ? task : await JoinAsync(id, reader, cancellation) ?? task;
        }

        if (joined.Failure is { } code) return TranslationAnswer.Failed(code);
        await outcomes.AnnounceAsync(WorkIsThere, cancellation);
        return new(TranslationState.Pending);
    }

    /// <summary>The same, and waits for those that are being made, at most <see cref="TranslationOptions.Wait"/> for all together.</summary>
    public async Task<IReadOnlyList<TranslationAnswer>> TranslateAsync(
        TranslationReader reader, IReadOnlyList<string> texts, string language, CancellationToken cancellation)
    {
        var start = time.GetTimestamp();
        // Listening begins before the work can end.
        var listeners = texts.Select(text => outcomes.Listen(EndOf(TranslatedText.IdOf(text, language)))).ToArray();
        try
        {
            var answers = new TranslationAnswer[texts.Count];
            for (var i = 0; i < texts.Count; i++) answers[i] = await RequestAsync(reader, texts[i], language, cancellation);
            while (Array.FindIndex(answers, answer => answer.State == TranslationState.Pending) is >= 0 and var i)
            {
                var left = options.Wait - time.GetElapsedTime(start);
                if (left <= TimeSpan.Zero) break;
                var id = TranslatedText.IdOf(texts[i], language);
                await EndAsync(listeners[i], left < LookEvery ? left : LookEvery, cancellation);
                listeners[i].Dispose();
                listeners[i] = outcomes.Listen(EndOf(id));
                answers[i] = await LookAsync(id, cancellation);
            }

            return answers;
        }
        finally
        {
            foreach (var listener in listeners) listener.Dispose();
        }
    }

    /// <summary>
    /// The translations that are there, by the messages' ids, for a reader who has asked for that (<see cref="Preferences.AutoTranslate"/>); those that
    /// are not are asked for in the background, and the reader is told of them. Never waits for a model.
    /// </summary>
    public async Task<IReadOnlyDictionary<string, TranslatedText>> AttachAsync(string uid, IReadOnlyList<Message> messages, CancellationToken cancellation)
    {
        var found = new Dictionary<string, TranslatedText>();
        if (!IsAvailable || messages.Count == 0) return found;
        if (await preferences.FindAsync(uid, cancellation) is not { AutoTranslate: true, Language: { } language }) return found;
        var wanted = messages.Where(message => message.SenderId != uid && message.DeletedOn is null && TranslationNeed.Is(message.Text, language, isAsked: false))
            .Select(message => (Message: message, Id: TranslatedText.IdOf(message.Text, language))).ToList();
        var there = (await _translations.FindAsync([.. wanted.Select(want => want.Id)], cancellation)).ToDictionary(text => text.Id);
        foreach (var (message, id) in wanted)
        {
            if (there.TryGetValue(id, out var translation)) found.TryAdd(message.Id, translation);
            // One that is there is asked for as well, now and then, so that it counts as read.
            if (translation is null || IsStale(translation))
                _wishes.Writer.TryWrite(new Wish(new TranslationReader(uid, MessageTexts.Name, message.Id), message.Text, language));
        }

        return found;
    }

    /// <summary>Asks for what <see cref="AttachAsync"/> found missing, until cancelled.</summary>
    public async Task RequestMissingAsync(CancellationToken cancellation)
    {
        await foreach (var wish in _wishes.Reader.ReadAllAsync(cancellation))
        {
            try
            {
                await RequestAsync(wish.Reader, wish.Text, wish.Language, cancellation);
            }
            catch (Exception e) when (!cancellation.IsCancellationRequested)
            {
                // The next reading asks again.
                log.LogFault(e, "A translation could not be asked for");
            }
        }
    }

    /// <summary>
    /// Forgets every translation of a text whose message was deleted or edited. Where another message has the same words, they are translated anew. May be repeated.
    /// </summary>
    public async Task ForgetAsync(string text, CancellationToken cancellation)
    {
        // Also where nothing is translated any more: what was is still there.
        if (text.Length == 0) return;
        foreach (var translation in await _translations.ListAsync(TranslatedText.KeyOf(TranslatedText.DigestOf(text)), cancellation))
            await _translations.ChangeAsync(translation.Id, found => new Decision<TranslatedText, TranslatedText>(found) { Delete = true }, cancellation);
    }

    private long Now => time.GetUtcNow().ToUnixTimeMilliseconds();

    private async Task<TranslationAnswer?> FindAsync(string id, CancellationToken cancellation)
    {
        if (await _translations.FindAsync(id, cancellation) is not { } found) return null;
        if (IsStale(found))
            await _translations.ChangeAsync(id, text => new Decision<TranslatedText, TranslatedText>(text) { Change = text with { UsedOn = Now } }, cancellation);
        return new TranslationAnswer(TranslationState.Translated, found.Text, found.Source);
    }

    private bool IsStale(TranslatedText text) => Now - text.UsedOn > TouchEvery.TotalMilliseconds;

    private async Task<TranslationAnswer> LookAsync(string id, CancellationToken cancellation)
    {
        if (await _translations.FindAsync(id, cancellation) is { } found) return new(TranslationState.Translated, found.Text, found.Source);
        return await _tasks.FindAsync(id, cancellation) switch
        {
            { Failure: null } => new(TranslationState.Pending),
            { Failure: { } code } => TranslationAnswer.Failed(code),
            // It came between the two looks, or the text is gone.
            _ => await FindAsync(id, cancellation) ?? TranslationAnswer.Failed(TranslationCode.Failed),
        };
    }

    private Task<TranslationTask?> JoinAsync(string id, TranslationReader reader, CancellationToken cancellation) =>
        _tasks.ChangeAsync(id, task => task.Join(reader, time.GetUtcNow()), cancellation);

    private async Task EndAsync(IOutcomeListener listener, TimeSpan atMost, CancellationToken cancellation)
    {
        try
        {
            await listener.Ended.WaitAsync(atMost, time, cancellation);
        }
        catch (TimeoutException)
        {
            // A look tells as well.
        }
    }

    // Counted before the work, and not given back where that fails: what a model was asked is what costs.
    private async Task<bool> CountAsync(string uid, int characters, CancellationToken cancellation)
    {
        if (options.CharactersADay == 0) return true;
        if (characters > options.CharactersADay) return false;
        var (id, day) = (Preferences.IdOf(uid), DateOnly.FromDateTime(time.GetUtcNow().UtcDateTime).DayNumber);
        while (true)
        {
            var use = await _uses.ChangeAsync(id, found => found.Add(day, characters, options.CharactersADay), cancellation);
            if (use is not null) return use.Characters <= options.CharactersADay;
            if (await _uses.AddAsync(new TranslationUse(id, uid, day, characters), cancellation)) return true;
        }
    }

    private sealed record Wish(TranslationReader Reader, string Text, string Language);
}
