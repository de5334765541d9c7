using System.Globalization;

namespace ChaturMail.Benchmarks.Load;

/// <summary>What a soak is made of, and the settings under which the product runs in it.</summary>
/// <param name="Jobs">Emails that are asked for.</param>
/// <param name="Seed">Decides about kills, faults of the model, hang-ups and repeated requests.</param>
internal sealed record SoakOptions(int Jobs, string Seed, int Workers, int Connections, int Users, bool Keep)
{
    /// <summary>Time between two kills.</summary>
    public static readonly TimeSpan KillEvery = TimeSpan.FromSeconds(1);

    /// <summary>A soak in which no job has ended for this long is over: what is left is lost.</summary>
    public static readonly TimeSpan LongestSilence = TimeSpan.FromSeconds(60);

    /// <summary>
    /// Settings that differ from the defaults: a short lease and short delays, so that the time goes into jobs; so many attempts that no
    /// job is given up however often its worker is killed; and so short a wait that requests are answered with 202 and sent again.
    /// </summary>
    public IReadOnlyDictionary<string, string> Settings => new Dictionary<string, string>
    {
        ["Queue__Lease"] = "00:00:02",
        ["Queue__MaxAttempts"] = "50",
        ["Queue__FirstRetry"] = "00:00:00.050",
        ["Queue__LongestRetry"] = "00:00:01",
        ["Worker__Concurrency"] = "32",
        ["Worker__SweepEvery"] = "00:00:02",
        ["OpenAI__Timeout"] = "00:00:02",
        ["Generation__Wait"] = "00:00:03",
        // Twice what is needed, so that a second charge goes through and is seen.
        ["Coins__Starting"] = ((Jobs / Users) + 1).ToString(CultureInfo.InvariantCulture) + "000",
    };

    /// <summary>The model: 20 to 120 ms an answer, one call in nine a failure.</summary>
    public ModelBehavior Model => new(TimeSpan.FromMilliseconds(20), TimeSpan.FromMilliseconds(100), Seed);
}
