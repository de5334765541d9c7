namespace ChaturMail.Core.Push;

/// <summary>Messages to users' devices while the app is not open. Safe for concurrent use.</summary>
public interface IPushMessages
{
    /// <summary>Hands a message over for delivery. Whether and when the device shows it, nobody tells.</summary>
    /// <param name="fcmToken">Registration token of the device, as the app sent it at sign-in.</param>
    Task<PushResult> SendAsync(string fcmToken, PushMessage message, CancellationToken cancellation);
}

/// <summary>What the device shows. It passes through others' servers and onto a locked screen, so nothing of a user's text goes in.</summary>
/// <param name="Title">One line.</param>
/// <param name="Body">A sentence.</param>
/// <param name="Data">For the app.</param>
public sealed record PushMessage(string Title, string Body, IReadOnlyDictionary<string, string> Data);

/// <summary>What came of sending a push message.</summary>
public abstract record PushResult
{
    private PushResult() { }

    /// <summary>It was accepted for delivery.</summary>
    public sealed record Sent : PushResult
    {
        /// <summary>The only one that is needed.</summary>
        public static readonly Sent Instance = new();
    }

    /// <summary>The token belongs to no installation of the app any more, and never will again.</summary>
    public sealed record Unregistered : PushResult
    {
        /// <summary>The only one that is needed.</summary>
        public static readonly Unregistered Instance = new();
    }

    /// <summary>It was not accepted.</summary>
    /// <param name="Reason">For the log, without the token.</param>
    public sealed record Failed(string Reason) : PushResult;
}
