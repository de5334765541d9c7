using Microsoft.Extensions.Hosting;

namespace ChaturMail.ServiceDefaults;

/// <summary>
/// Stops the program when its standard input ends, for whoever starts it as a child and may be killed: the end of a pipe is
/// noticed whatever happened to the other side.
/// </summary>
public sealed class StopWithInput(IHostApplicationLifetime lifetime) : BackgroundService
{
    /// <summary>The environment variable that asks for it.</summary>
    public const string Variable = "STOP_WITH_INPUT";

    /// <inheritdoc/>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        // Reading a console or a pipe cannot be cancelled, so the stop does not wait for it.
        await Task.Run(() => Console.In.ReadToEnd(), stoppingToken).WaitAsync(stoppingToken);
        lifetime.StopApplication();
    }
}
