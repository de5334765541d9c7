using ChaturMail.Evals;
using ChaturMail.ServiceDefaults;
using Microsoft.Extensions.Configuration;

EnvironmentFile.Load(args);
using var stop = new CancellationTokenSource();
Console.CancelKeyPress += (_, e) =>
{
    e.Cancel = true;
    stop.Cancel();
};
var configuration = new ConfigurationBuilder().AddEnvironmentVariables().Build();
return await EvalCommand.RunAsync(args, configuration, Console.Out, Console.Error, TimeProvider.System, stop.Token);
