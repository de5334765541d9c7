using BenchmarkDotNet.Running;
using ChaturMail.Benchmarks.Load;

if (LoadCommand.IsOne(args)) return await LoadCommand.RunAsync(args);
BenchmarkSwitcher.FromAssembly(typeof(LoadCommand).Assembly).Run(args);
return 0;
