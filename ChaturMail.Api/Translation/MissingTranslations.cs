using ChaturMail.Core.Translation;

namespace ChaturMail.Api.Translation;

/// <summary>Asks for the translations that lists of messages had not, behind the answers.</summary>
public sealed class MissingTranslations(TranslationService translations) : BackgroundService
{
    /// <inheritdoc/>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        try
        {
            await translations.RequestMissingAsync(stoppingToken);
        }
        catch (OperationCanceledException)
        {
            // What is not asked for is at the next reading.
        }
    }
}
