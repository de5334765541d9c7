using ChaturMail.Core.Storage;

namespace ChaturMail.Core.Translation;

/// <summary>
/// A translation that is to be made, or could not be. It holds no text: the worker looks it up where it stands, as a reader who may see it, so that a
/// text that was edited, deleted or erased since is not translated. One for each text and language, whoever asks.
/// </summary>
/// <param name="Id">That of the translation that it is to become.</param>
/// <param name="Language">BCP 47 tag of the language to translate to.</param>
/// <param name="DueOn">When a worker may take it, Unix milliseconds: while one has it, when it counts as abandoned. Of a failed one when it may be tried again.</param>
/// <param name="Attempts">How often it was taken.</param>
/// <param name="Readers">Who waits for it, at most <see cref="MostReaders"/>. The first whose text it still is pays for it.</param>
public sealed record TranslationTask(string Id, string Language, long DueOn, int Attempts, IReadOnlyList<TranslationReader> Readers)
{
    /// <summary>The most readers that are told; more of them ask again.</summary>
    public const int MostReaders = 20;

    /// <summary>The most times that it is taken: whoever took it before died each time.</summary>
    public const int MostAttempts = 3;

    /// <summary>The key under which those that are to be made are listed, the one that is due first first.</summary>
    public const string ToDo = "todo";

    /// <summary>The key under which those that failed are listed.</summary>
    public const string Ended = "failed";

    /// <summary>How it is kept.</summary>
    public static readonly DocumentKind<TranslationTask> Kind = new(
        "translation-task", task => task.Id, task => task.DueOn,
        task => [task.Failure is null ? ToDo : Ended, .. task.Readers.Select(reader => KeyOf(reader.Uid)).Distinct()]);

    /// <summary>Why it could not be made (<see cref="TranslationCode"/>), or null.</summary>
    public string? Failure { get; init; }

    /// <summary>The key under which the tasks of a reader are listed.</summary>
    public static string KeyOf(string uid) => "reader:" + uid;

    /// <summary>
    /// Puts a reader to those who wait. What failed is left alone for its rest; then, or when only the budget of others was too small, it is to be made
    /// again, for this reader first.
    /// </summary>
    public Decision<TranslationTask, TranslationTask> Join(TranslationReader reader, DateTimeOffset now)
    {
        var isNew = !Readers.Contains(reader);
        if (Failure is null)
        {
            var joined = this with { Readers = [.. Readers, reader] };
            return isNew && Readers.Count < MostReaders ? new(joined) { Change = joined } : new(this);
        }

        var othersBudget = Failure == TranslationCode.OverBudget && Readers.All(other => other.Uid != reader.Uid);
        if (DueOn > now.ToUnixTimeMilliseconds() && !othersBudget) return new(this);
        var again = this with { Failure = null, DueOn = now.ToUnixTimeMilliseconds(), Attempts = 0, Readers = [reader, .. Readers.Where(r => r != reader).Take(MostReaders - 1)] };
        return new(again) { Change = again };
    }

    /// <summary>Takes it for a time, after which another worker may; the answer's task is null when it is not due, or has failed.</summary>
    public Decision<TranslationTask, TranslationClaim> Take(DateTimeOffset now, TimeSpan lease)
    {
        if (Failure is not null || DueOn > now.ToUnixTimeMilliseconds()) return new(new TranslationClaim(null));
        var taken = this with { DueOn = (now + lease).ToUnixTimeMilliseconds(), Attempts = Attempts + 1 };
        return new(new TranslationClaim(taken)) { Change = taken };
    }

    /// <summary>Notes that it could not be made, and for how long it is left alone.</summary>
    public Decision<TranslationTask, TranslationTask> Fail(string code, DateTimeOffset now, TimeSpan rest)
    {
        var failed = this with { Failure = code, DueOn = (now + rest).ToUnixTimeMilliseconds() };
        return new(failed) { Change = failed };
    }

    /// <summary>Takes a reader out, and ends it with the last one.</summary>
    public Decision<TranslationTask, TranslationTask> Leave(string uid)
    {
        var left = this with { Readers = [.. Readers.Where(reader => reader.Uid != uid)] };
        return left.Readers.Count == 0 ? new(left) { Delete = true } : new(left) { Change = left };
    }
}

/// <summary>Somebody who wants a text in another language.</summary>
/// <param name="Uid">Who.</param>
/// <param name="Kind">Kind of <see cref="ITranslationSource"/> that knows the text.</param>
/// <param name="Reference">What the text stands in.</param>
public sealed record TranslationReader(string Uid, string Kind, string Reference);

/// <summary>What came of taking a task.</summary>
/// <param name="Task">The task, or null when it is not to be had.</param>
public sealed record TranslationClaim(TranslationTask? Task);

/// <summary>What a user has had translated in a day.</summary>
/// <param name="Id">Digest of the uid.</param>
/// <param name="Uid">Who.</param>
/// <param name="Day">Number of the day in UTC, <see cref="DateOnly.DayNumber"/>.</param>
/// <param name="Characters">How much.</param>
public sealed record TranslationUse(string Id, string Uid, int Day, long Characters)
{
    /// <summary>The key under which all are listed, by day.</summary>
    public const string All = "all";

    /// <summary>How it is kept.</summary>
    public static readonly DocumentKind<TranslationUse> Kind = new("translation-use", use => use.Id, use => use.Day, _ => [All]);

    /// <summary>Counts characters against a day's limit, unless they do not fit.</summary>
    public Decision<TranslationUse, TranslationUse> Add(int day, int characters, int most)
    {
        var use = this with { Day = day, Characters = (Day == day ? Characters : 0) + characters };
        return use.Characters > most ? new(use) : new(use) { Change = use };
    }
}
