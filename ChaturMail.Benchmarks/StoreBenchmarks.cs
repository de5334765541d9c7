using BenchmarkDotNet.Attributes;
using ChaturMail.Core.Accounts;
using ChaturMail.Core.Generation;
using ChaturMail.Core.Identity;
using ChaturMail.Core.Language;
using ChaturMail.Core.Storage;
using ChaturMail.Core.Storage.Sqlite;

namespace ChaturMail.Benchmarks;

/// <summary>What a job costs the embedded store, alone and with 63 others at the same time.</summary>
[MemoryDiagnoser]
public class StoreBenchmarks
{
    private string _folder = "";
    private SqliteDatabase _database = null!;
    private SqliteUserStore _users = null!;
    private SqliteJobStore _jobs = null!;

    [Params(1, 64)]
    public int AtOnce { get; set; }

    [GlobalSetup]
    public async Task OpenAsync()
    {
        _folder = Directory.CreateTempSubdirectory("chaturmail-").FullName;
        _database = new SqliteDatabase(Path.Combine(_folder, "bench.db"));
        _users = new SqliteUserStore(_database, TimeProvider.System);
        _jobs = new SqliteJobStore(_database, TimeProvider.System);
        var identity = new VerifiedIdentity("u1", "u1@example.com", "Asha Rao", "", 0, 0);
        await _users.SignInAsync(new SignIn(identity, "google", "", 1_000_000_000), CancellationToken.None);
    }

    [GlobalCleanup]
    public void Close()
    {
        _database.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    [Benchmark]
    public Task<User?> FindUser() => _users.FindAsync("u1", CancellationToken.None);

    [Benchmark]
    public Task AcceptAndComplete() => Task.WhenAll(Enumerable.Range(0, AtOnce).Select(_ => OneAsync()));

    private async Task OneAsync()
    {
        var job = new GenerationJob(
            DocumentId.New(TimeProvider.System), "u1", "1", "Leave", "annual leave", "maria@example.com", "Asha Rao", 1, 7,
            TimeProvider.System.GetUtcNow());
        await _jobs.AcceptAsync([job], CancellationToken.None);
        await _jobs.CompleteAsync(job, new ModelAnswer.Written("Dear Maria,\n\nHello.\n\nAsha", "bench", 0, 0, null), CancellationToken.None);
    }
}
