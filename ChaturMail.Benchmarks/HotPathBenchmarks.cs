using BenchmarkDotNet.Attributes;
using ChaturMail.Core.Generation;
using ChaturMail.Core.Identity;
using ChaturMail.Core.Language;
using ChaturMail.Core.Language.Composer;
using ChaturMail.Core.Language.Safety;
using ChaturMail.Core.Prompts;

namespace ChaturMail.Benchmarks;

/// <summary>What runs in each request or job, without the network and the disk.</summary>
[MemoryDiagnoser]
public class HotPathBenchmarks
{
    private readonly SessionTokens _tokens = new("kJ8vQ2mZx7Lr4Tn9Wb3Yc6Hd1Fg5Ps0A", TimeProvider.System);
    private readonly OfflineComposer _composer;
    private readonly ModelRequest _request;
    private readonly string _token;
    private readonly string _email;
    private readonly string _composed;

    public HotPathBenchmarks()
    {
        var prompts = PromptCatalog.Load(Path.Combine(AppContext.BaseDirectory, "prompts"));
        _composer = new OfflineComposer(prompts);
        _request = new ModelRequest(
            prompts.Find("1")!, "Leave request for 12-16 October", Keywords.Split("annual leave, handover to Priya, client demo finished before"),
            "maria.lopez@northwind.example", "Asha Rao", 7);
        _token = _tokens.Issue("Zk3T9pQ0rXgJ5bN1mVwYc8LdA2f1", "asha.rao@example.com", "6b018b08c371b1bcac5105a2", "AAAAAAAAAAAAAAAAAAAAAA");
        _composed = _composer.Write(_request).Text;
        _email = prompts.Find("1")!.Examples[0].Email;
    }

    [Benchmark]
    public SessionVerification VerifySession() => _tokens.Verify(_token);

    [Benchmark]
    public Task<ModelAnswer> ComposeEmail() => _composer.WriteAsync(_request, CancellationToken.None);

    [Benchmark]
    public string? CheckEmail() => OutputCheck.Problem(_request, _composed);

    [Benchmark]
    public string CleanEmail() => EmailText.Clean(_email, "Leave request", "Asha Rao");
}
