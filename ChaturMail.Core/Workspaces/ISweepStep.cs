namespace ChaturMail.Core.Workspaces;

/// <summary>Something that is looked after again and again: what a process that died left half done, or what has had its time.</summary>
public interface ISweepStep
{
    /// <summary>Does what is due. May run in several processes at once, and at any time again.</summary>
    Task RunAsync(CancellationToken cancellation);
}
