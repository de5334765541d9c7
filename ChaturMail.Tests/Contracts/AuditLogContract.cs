using ChaturMail.Core.Audit;
using ChaturMail.Core.Emails;
using ChaturMail.Core.Storage;

namespace ChaturMail.Tests.Contracts;

/// <summary>What every <see cref="IAuditLog"/> does.</summary>
public abstract class AuditLogContract
{
    private static readonly DateTimeOffset Start = DateTimeOffset.FromUnixTimeSeconds(1_790_000_000);

    protected abstract StoreFixture Open();

    [Fact]
    public async Task ALineIsKeptAsItWasWritten()
    {
        await using var stores = Open();
        var line = Line(stores, 0.123, "u1");

        await stores.Audit.AppendAsync(line, default);
        await stores.Audit.AppendAsync(line with { Details = "another" }, default);

        Assert.Equal(line, Assert.Single(await stores.Audit.ListAsync(null, 10, null, default)));
    }

    [Fact]
    public async Task LinesComeNewestFirstPageByPageWithoutAGapOrARepetition()
    {
        await using var stores = Open();
        // Several in each second, and not in the order of their milliseconds.
        var lines = Enumerable.Range(0, 20).Select(i => Line(stores, i / 4 + (3 - i % 4) / 10.0, i % 2 == 0 ? "u1" : "u2")).ToList();
        foreach (var line in lines) await stores.Audit.AppendAsync(line, default);

        Assert.Equal(Newest(lines), await PagesAsync(stores, null));
        Assert.Equal(Newest(lines.Where(line => line.Target == "u1")), await PagesAsync(stores, "u1"));
        Assert.Empty(await stores.Audit.ListAsync("u", 10, null, default));
    }

    [Fact]
    public async Task OldLinesAreRemovedAFewAtATime()
    {
        await using var stores = Open();
        var lines = Enumerable.Range(0, 5).Select(i => Line(stores, i, "u1")).ToList();
        foreach (var line in lines) await stores.Audit.AppendAsync(line, default);

        Assert.Equal(2, await stores.Audit.DeleteOldAsync(Start.AddSeconds(3), 2, default));
        Assert.Equal(1, await stores.Audit.DeleteOldAsync(Start.AddSeconds(3), 2, default));
        Assert.Equal(0, await stores.Audit.DeleteOldAsync(Start.AddSeconds(3), 2, default));
        Assert.Equal([lines[4].Id, lines[3].Id], (await stores.Audit.ListAsync(null, 10, null, default)).Select(line => line.Id));
    }

    private static AuditEntry Line(StoreFixture stores, double seconds, string target) =>
        new(DocumentId.New(stores.Time), Start.AddMilliseconds(Math.Round(seconds * 1000)), "admin", "user.read", target, "why");

    private static List<string> Newest(IEnumerable<AuditEntry> lines) => [.. lines
        .OrderByDescending(line => line.At.ToUnixTimeSeconds()).ThenByDescending(line => line.Id, StringComparer.Ordinal).Select(line => line.Id)];

    private static async Task<List<string>> PagesAsync(StoreFixture stores, string? target)
    {
        var all = new List<string>();
        EmailCursor? after = null;
        while (await stores.Audit.ListAsync(target, 3, after, default) is { Count: > 0 } page)
        {
            Assert.True(page.Count <= 3);
            all.AddRange(page.Select(line => line.Id));
            after = new EmailCursor(page[^1].At.ToUnixTimeSeconds(), page[^1].Id);
        }

        return all;
    }
}
