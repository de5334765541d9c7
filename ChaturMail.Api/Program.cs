using ChaturMail.Api;
using ChaturMail.ServiceDefaults;

if (args is ["--help" or "-h" or "help", ..])
{
    Console.WriteLine(
        """
        ChaturMail.Api: the HTTP API of ChaturMail.

        Listens on port 4545, or PORT. Reads its configuration from the environment and, in Development, from .env;
        README.md lists the names. Ends with exit code 2 and a sentence when it cannot start as it is configured.
        """);
    return 0;
}

return await StartupException.ReportAsync(async () =>
{
    await using var app = ApiApplication.Build(args);
    app.Lifetime.ApplicationStarted.Register(() => StartupMessage.Print(app));
    await app.RunAsync();
});
