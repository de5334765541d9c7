using ChaturMail.Core.Workspaces;

namespace ChaturMail.Core.Conversations;

/// <summary>Finishes deletions of conversations that a process left half done.</summary>
public sealed class ConversationSweep(ConversationService conversations) : ISweepStep
{
    /// <inheritdoc/>
    public Task RunAsync(CancellationToken cancellation) => conversations.SweepAsync(cancellation);
}
