using ChaturMail.Core.Events;
using ChaturMail.Core.Queue;
using ChaturMail.Core.Spending;
using ChaturMail.Core.Storage;
using ChaturMail.ServiceDefaults;
using ChaturMail.Worker;

if (args is ["--help" or "-h" or "help", ..])
{
    Console.WriteLine(
        $"""
        ChaturMail.Worker: writes the emails that ChaturMail.Api has accepted.

        Reads its configuration from the environment and, in Development, from .env; README.md lists the names.
        Runs until it gets SIGTERM or Ctrl+C, then finishes or hands back what runs.

        {QueueCommands.Usage}

        {ModelCommands.Usage}

        {EventCommands.Usage}
        """);
    return 0;
}

if (args is ["queue"] or ["queue", "--help" or "-h" or "help", ..])
{
    Console.WriteLine(QueueCommands.Usage);
    return args.Length == 1 ? 2 : 0;
}

if (args is ["models"] or ["models", "--help" or "-h" or "help", ..])
{
    Console.WriteLine(ModelCommands.Usage);
    return args.Length == 1 ? 2 : 0;
}

if (args is ["events"] or ["events", "--help" or "-h" or "help", ..])
{
    Console.WriteLine(EventCommands.Usage);
    return args.Length == 1 ? 2 : 0;
}

var isCommand = args is ["queue" or "models" or "events", ..];
var isDrain = args is ["queue", "drain"];
var code = 0;
var started = await StartupException.ReportAsync(async () =>
{
    var builder = Host.CreateApplicationBuilder(new HostApplicationBuilderSettings
    {
        Args = [ServiceDefaultsExtensions.SettingsAreReadOnce, .. isCommand ? [] : args],
        EnvironmentName = EnvironmentFile.Load(args),
        ContentRootPath = AppContext.BaseDirectory,
    });
    builder.AddServiceDefaults("ChaturMail.Worker");
    builder.AddStoreAndQueue(workersElsewhere: false, requestsElsewhere: true);
    if (!isCommand || isDrain)
    {
        builder.AddGeneration();
        builder.AddMail();
        builder.AddWorkspaces();
        builder.AddGenerationWorker(answersProbes: !isDrain);
        if (isDrain) builder.Services.AddHostedService<QueueDrain>();
        await builder.Build().RunAsync();
        return;
    }

    if (args[0] == "events") builder.AddEventStream();
    using var host = builder.Build();
    if (args[0] == "events")
    {
        var events = new EventCommands(host.Services.GetRequiredService<IOutbox>(), host.Services.GetRequiredService<IEventStream>(), Console.Out);
        code = await events.RunAsync(args[1..], CancellationToken.None);
        return;
    }

    if (args[0] == "models")
    {
        var models = new ModelCommands(host.Services.GetRequiredService<ISpendingStore>(), host.Services.GetRequiredService<TimeProvider>(), Console.Out);
        code = await models.RunAsync(args[1..], CancellationToken.None);
        return;
    }

    var commands = new QueueCommands(host.Services.GetRequiredService<IJobStore>(), host.Services.GetRequiredService<IGenerationQueue>(), Console.Out);
    code = await commands.RunAsync(args[1..], CancellationToken.None);
});
return started == 0 ? code : started;
