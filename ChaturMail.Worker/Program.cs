using ChaturMail.ServiceDefaults;
using ChaturMail.Worker;

if (args is ["--help" or "-h" or "help", ..])
{
    Console.WriteLine(
        """
        ChaturMail.Worker: writes the emails that ChaturMail.Api has accepted.

        Reads its configuration from the environment and, in Development, from .env; README.md lists the names.
        Runs until it gets SIGTERM or Ctrl+C, then finishes or hands back what runs.
        """);
    return 0;
}

return await StartupException.ReportAsync(async () =>
{
    var builder = Host.CreateApplicationBuilder(new HostApplicationBuilderSettings
    {
        Args = args,
        EnvironmentName = EnvironmentFile.Load(args),
    });
    builder.AddServiceDefaults("ChaturMail.Worker");
    builder.AddStoreAndQueue(workersElsewhere: false, requestsElsewhere: true);
    builder.AddGeneration();
    builder.AddGenerationWorker();
    await builder.Build().RunAsync();
});
