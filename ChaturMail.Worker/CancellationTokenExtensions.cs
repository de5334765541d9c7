namespace ChaturMail.Worker;

internal static class CancellationTokenExtensions
{
    /// <summary>Completes when <paramref name="awaited"/> is cancelled, or when <paramref name="cancellation"/> is.</summary>
    public static async Task WhenCancelledAsync(this CancellationToken awaited, CancellationToken cancellation)
    {
        var done = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var first = awaited.Register(() => done.TrySetResult());
        await using var second = cancellation.Register(() => done.TrySetResult());
        await done.Task;
    }
}
