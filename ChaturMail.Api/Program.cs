using ChaturMail.Api;
using ChaturMail.Api.Auth;
using ChaturMail.ServiceDefaults;

if (args is ["--help" or "-h" or "help", ..])
{
    Console.WriteLine(
        $"""
        ChaturMail.Api: the HTTP API of ChaturMail.

        Listens on port 4545, or PORT. Reads its configuration from the environment and, in Development, from .env;
        README.md lists the names. Ends with exit code 2 and a sentence when it cannot start as it is configured.

        {AdminCommands.Usage}
        """);
    return 0;
}

if (args is ["admin", .. var command])
{
    var code = 0;
    var started = await StartupException.ReportAsync(async () => code = await AdminCommands.RunProgramAsync(command));
    return started == 0 ? code : started;
}

return await StartupException.ReportAsync(async () =>
{
    await using var app = ApiApplication.Build(args);
    app.Lifetime.ApplicationStarted.Register(() => StartupMessage.Print(app));
    await app.RunAsync();
});
