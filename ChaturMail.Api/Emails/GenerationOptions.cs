namespace ChaturMail.Api.Emails;

/// <summary>How requests wait for their email. Section <c>Generation</c>.</summary>
public sealed class GenerationOptions
{
    /// <summary>The longest that a request waits; then it is answered with 202 and the email's id. 1 s to 10 min.</summary>
    public TimeSpan Wait { get; set; } = TimeSpan.FromMinutes(1);

    /// <summary>
    /// The longest that a request waits once the server is stopping, which has 30 s to stop in all: longer than the worker's grace. 0 to 25 s.
    /// </summary>
    public TimeSpan WaitAtStop { get; set; } = TimeSpan.FromSeconds(18);

    /// <summary>Requests that may wait at once; further ones are answered with 503. 1 to 100,000.</summary>
    public int MostWaiting { get; set; } = 5000;

    /// <summary>
    /// How long a client that reads a stream may leave unread what the network's buffers do not hold any more; then its connection is
    /// ended. 1 s to 1 min.
    /// </summary>
    public TimeSpan WriteTimeout { get; set; } = TimeSpan.FromSeconds(10);

    /// <summary>What is wrong with these settings: a sentence each, with the configuration key.</summary>
    public IEnumerable<string> Validate()
    {
        if (Wait < TimeSpan.FromSeconds(1) || Wait > TimeSpan.FromMinutes(10)) yield return "Generation:Wait must be 1 s to 10 min.";
        if (WaitAtStop < TimeSpan.Zero || WaitAtStop > TimeSpan.FromSeconds(25)) yield return "Generation:WaitAtStop must be 0 to 25 s.";
        if (WriteTimeout < TimeSpan.FromSeconds(1) || WriteTimeout > TimeSpan.FromMinutes(1)) yield return "Generation:WriteTimeout must be 1 s to 1 min.";
        if (MostWaiting is < 1 or > 100_000) yield return "Generation:MostWaiting must be 1 to 100000.";
    }
}
