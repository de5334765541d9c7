using ChaturMail.AppHost.Standalone;

return await StandaloneTopology.MainAsync(args);
