using System.Globalization;
using ChaturMail.Core.Generation;
using ChaturMail.Core.Language.Composer;

namespace ChaturMail.Benchmarks.Load;

/// <summary>How a job ended for its client.</summary>
internal enum SoakEnd
{
    /// <summary>It has not.</summary>
    None,

    /// <summary>With an email.</summary>
    Email,

    /// <summary>The server gave it up and said so.</summary>
    Failure,
}

/// <summary>
/// One email as its client sees it: a request under an idempotency key that is sent again after a 202, a 5xx or a lost connection, until
/// the job has ended. Some clients hang up in the middle and ask again; some send the request twice at once.
/// </summary>
internal sealed class SoakJob(int number, string seed, SoakUser user, int userNumber, SoakCounts counts, TimeProvider time)
{
    private static readonly TimeSpan RestBeforeRepeat = TimeSpan.FromMilliseconds(200);
    private static readonly string[] FinalCodes =
        [FailureCode.ModelUnavailable, FailureCode.RequestRefused, FailureCode.UnknownPrompt, FailureCode.Poisoned];

    private readonly HashSet<string> _ids = new(StringComparer.Ordinal);

    /// <summary>Its number, from 0.</summary>
    public int Number => number;

    /// <summary>Number of the user who asks.</summary>
    public int User => userNumber;

    /// <summary>The subject, which no other job has; by <c>job-N</c> the model stub knows it.</summary>
    public string Subject { get; } = string.Create(CultureInfo.InvariantCulture, $"Project meeting, job-{number} of the soak");

    /// <summary>Every id that the key gave; one, if all is well.</summary>
    public IReadOnlyCollection<string> Ids => _ids;

    /// <summary>How it ended.</summary>
    public SoakEnd End { get; private set; }

    /// <summary>Time from the first request to the end.</summary>
    public TimeSpan Latency { get; private set; }

    /// <summary>Runs until the job has ended, or <paramref name="giveUp"/>.</summary>
    public async Task RunAsync(CancellationToken giveUp)
    {
        var started = time.GetTimestamp();
        var choice = new SeededChoice(SeededChoice.Hash(seed, "client", Subject));
        var (body, key) = (SoakUser.Body(Subject), string.Create(CultureInfo.InvariantCulture, $"soak-{number}"));
        var manner = choice.Next(100);
        if (manner < 3)
        {
            using var hangUp = CancellationTokenSource.CreateLinkedTokenSource(giveUp);
            hangUp.CancelAfter(TimeSpan.FromMilliseconds(choice.Next(150)));
            counts.Add("hung up");
            Note(await user.GenerateAsync(body, key, hangUp.Token));
        }
        else if (manner < 6)
        {
            counts.Add("sent twice at once");
            foreach (var answer in await Task.WhenAll(user.GenerateAsync(body, key, giveUp), user.GenerateAsync(body, key, giveUp))) Note(answer);
        }

        while (End == SoakEnd.None && !giveUp.IsCancellationRequested)
        {
            var answer = await user.GenerateAsync(body, key, giveUp);
            Note(answer);
            if (End == SoakEnd.None) await Task.Delay(RestBeforeRepeat, time, giveUp).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }

        Latency = time.GetElapsedTime(started);
    }

    private void Note(SoakAnswer answer)
    {
        counts.Add(answer.HttpStatus == 0 ? "no answer" : answer.HttpStatus.ToString(CultureInfo.InvariantCulture));
        if (answer.Id.Length > 0) _ids.Add(answer.Id);
        if (answer.HttpStatus == 200 && answer.Id.Length > 0) End = SoakEnd.Email;
        else if (FinalCodes.Contains(answer.Code)) End = SoakEnd.Failure;
    }
}
