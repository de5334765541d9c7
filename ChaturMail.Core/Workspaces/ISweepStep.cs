namespace ChaturMail.Core.Workspaces;

/// <summary>
/// Work that comes round: it finishes what a process that died left half done, or removes what is over. Registered once for each area; every Worker
/// runs each step, at its start and every <c>Worker:SweepEvery</c>, so that several processes may be at the same thing at once.
/// </summary>
public interface ISweepStep
{
    /// <summary>Does what is due now, in small portions. When it throws, the other steps run all the same, and the next round tries again.</summary>
    Task RunAsync(CancellationToken cancellation);
}
