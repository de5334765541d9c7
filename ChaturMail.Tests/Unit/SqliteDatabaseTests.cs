using ChaturMail.Core.Storage.Sqlite;
using ChaturMail.Tests.Support;
using Microsoft.Data.Sqlite;

namespace ChaturMail.Tests.Unit;

public sealed class SqliteDatabaseTests
{
    [Fact]
    public async Task AChangeThatFailsDoesNotTakeOthersOfItsTransactionAlong()
    {
        using var folder = new TextFolder();
        using var database = new SqliteDatabase(Path.Combine(folder.Path, "test.db"));
        var hold = new ManualResetEventSlim();
        // While the first one holds the writer, the others gather for one transaction.
        var first = database.WriteAsync(_ => hold.Wait(TimeSpan.FromSeconds(10)), default);
        var good = Enumerable.Range(0, 5).Select(i => database.WriteAsync(
            db => db.Execute("INSERT INTO queue (job_id, visible_at) VALUES ($1, 0)", $"job {i}"), default)).ToList();
        var bad = database.WriteAsync(db => db.Execute("INSERT INTO queue (job_id) VALUES (NULL)"), default);
        var after = database.WriteAsync(db => db.Execute("INSERT INTO queue (job_id, visible_at) VALUES ('after', 0)"), default);
        hold.Set();

        await first;
        Assert.All(await Task.WhenAll(good), changed => Assert.Equal(1, changed));
        await Assert.ThrowsAsync<SqliteException>(() => bad);
        Assert.Equal(1, await after);
        Assert.Equal(6L, database.Read(db => db.Scalar("SELECT COUNT(*) FROM queue")));
    }

    [Fact]
    public async Task WhenAnotherProcessKeepsTheLockAllThatWaitAreToldTogether()
    {
        using var folder = new TextFolder();
        var path = Path.Combine(folder.Path, "test.db");
        using var database = new SqliteDatabase(path);
        using var other = new SqliteConnection($"Data Source={path};Pooling=False");
        other.Open();
        using var command = other.CreateCommand();
        command.CommandText = "BEGIN IMMEDIATE";
        command.ExecuteNonQuery();

        var writes = Enumerable.Range(0, 3).Select(_ => database.WriteAsync(db => db.Execute("DELETE FROM queue"), default)).ToList();
        // Two waits of five seconds at most: one for whatever was taken alone, one for all the others.
        foreach (var write in writes)
            Assert.Equal(5, (await Assert.ThrowsAsync<SqliteException>(() => write.WaitAsync(TimeSpan.FromSeconds(14)))).SqliteErrorCode);

        command.CommandText = "COMMIT";
        command.ExecuteNonQuery();
        await database.ProbeAsync(default);
    }

    [Fact]
    public void WhatIsAnsweredIsOnTheDisk()
    {
        using var folder = new TextFolder();
        using var database = new SqliteDatabase(Path.Combine(folder.Path, "test.db"));
        Assert.Equal((2L, "wal"), database.Read(db => ((long)db.Scalar("PRAGMA synchronous")!, (string)db.Scalar("PRAGMA journal_mode")!)));
    }

    [Fact]
    public void AFileOfANewerVersionIsRefusedAndUntouched()
    {
        using var folder = new TextFolder();
        var path = Path.Combine(folder.Path, "test.db");
        using (var database = new SqliteDatabase(path)) database.Read(db => db.Execute("PRAGMA user_version = 99"));
        Assert.Contains("newer", Assert.Throws<InvalidOperationException>(() => new SqliteDatabase(path)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void TheDataFolderIsItsOwnersAlone()
    {
        if (OperatingSystem.IsWindows()) return;
        using var folder = new TextFolder();
        var made = Path.Combine(folder.Path, "data");
        using var database = new SqliteDatabase(Path.Combine(made, "test.db"));
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute, File.GetUnixFileMode(made));
    }
}
