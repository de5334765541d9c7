namespace ChaturMail.ServiceDefaults;

/// <summary>The program cannot start as it is configured. The message says in whole sentences what to change.</summary>
public sealed class StartupException(params IEnumerable<string> problems) : Exception(string.Join(Environment.NewLine, problems))
{
    /// <summary>
    /// Runs a program's <c>Main</c>: a configuration that cannot work is told on standard error without a stack trace, and ends it with 2.
    /// </summary>
    public static async Task<int> ReportAsync(Func<Task> main)
    {
        try
        {
            await main();
            return 0;
        }
        // IOException: the port is taken, or the data folder cannot be used.
        catch (Exception e) when (e is StartupException or IOException or UnauthorizedAccessException)
        {
            await Console.Error.WriteLineAsync("ChaturMail cannot start:" + Environment.NewLine + e.Message);
            return 2;
        }
    }
}
