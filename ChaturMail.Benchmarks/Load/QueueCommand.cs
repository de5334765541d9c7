namespace ChaturMail.Benchmarks.Load;
internal static class QueueCommand
{
    public const string Usage = "todo";
    public static Task<int> RunAsync(Arguments arguments, Action<string> print, CancellationToken cancellation) => Task.FromResult(0);
}
