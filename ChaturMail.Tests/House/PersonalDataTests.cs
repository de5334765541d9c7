using ChaturMail.Core.Privacy;
using ChaturMail.Tests.Contracts;
using ChaturMail.Tests.Support;

namespace ChaturMail.Tests.House;

/// <summary>Nothing that is kept on a user escapes their export, their erasure, or docs/privacy.md.</summary>
public sealed class PersonalDataTests
{
    // Tables that name a user and that an export leaves out, with the reason.
    private static readonly Dictionary<string, string> ExcusedTables = new()
    {
        ["erasures"] = "names a user only once their account is gone; removed when the erasure is finished",
        ["recovery_codes"] = "digests of secrets; getSecondFactor tells how many are left",
    };

    // Columns of exported tables that an export leaves out, with the reason. The user's own uid stands in the account.
    private static readonly Dictionary<string, string> ExcusedColumns = new()
    {
        ["users.own_prompts"] = "follows from the prompts",
        ["ended_tokens.session_id"] = "the session stands among the sessions",
        ["jobs.seed"] = "a random number",
        ["idempotency_keys.fingerprint"] = "a digest of the request, which the job and the email show",
        ["coin_ledger.id"] = "follows from kind and reference",
        ["coin_ledger.sequence"] = "an order, which the times give",
        ["audit.id"] = "names the line",
        ["audit.actor"] = "another person: the operator",
    };

    [Fact]
    public async Task EveryTableThatNamesAUserIsExportedColumnByColumnOrExcused()
    {
        await using var stores = new SqliteFixture();
        var problems = new List<string>();
        foreach (var (table, columns) in Tables(stores))
        {
            var section = PersonalData.Sections.SingleOrDefault(s => s.Table == table);
            if (section is null)
            {
                if ((columns.Contains("user_id") || columns.Contains("uid")) && !ExcusedTables.ContainsKey(table)) problems.Add(table);
                continue;
            }

            problems.AddRange(columns
                .Where(column => column != section.OwnerColumn && section.Fields.All(field => field.Column != column) && !ExcusedColumns.ContainsKey($"{table}.{column}"))
                .Select(column => $"{table}.{column}"));
        }

        Assert.Empty(problems);
    }

    [Fact]
    public async Task AnErasureLeavesNoRowOfAUserInAnyTable()
    {
        await using var stores = new SqliteFixture();
        var owned = Tables(stores).Select(t => (t.Table, Owner: t.Columns.FirstOrDefault(c => c is "user_id" or "uid") ?? (t.Table == "audit" ? "target" : null)))
            .Where(t => t.Owner is not null && t.Table != "erasures").ToList();
        Assert.True(owned.Count > 10);
        foreach (var (table, owner) in owned) await InsertAsync(stores, table, owner!);

        Assert.True(await stores.Users.DeleteAsync("u1", default));

        foreach (var (table, owner) in owned)
            Assert.Equal((table, 0L), (table, stores.Database.Read(db => (long)db.Scalar($"SELECT COUNT(*) FROM {table} WHERE {owner} = 'u1'")!)));
    }

    [Fact]
    public async Task EveryTableAndEveryCollectionStandsInThePrivacyDocument()
    {
        await using var stores = new SqliteFixture();
        var document = Repository.Read("docs/privacy.md");
        foreach (var (table, _) in Tables(stores)) Assert.Contains($"`{table}`", document, StringComparison.Ordinal);
        foreach (var section in PersonalData.Sections)
        {
            Assert.Contains($"`{section.Collection}`", document, StringComparison.Ordinal);
            Assert.Contains($"`{section.Name}`", document, StringComparison.Ordinal);
        }

        // Every key that the product has in Redis.
        foreach (var key in new[]
                 {
                     "jobs", "index", "delayed", "dead", "live:JOB", "limit:NAME:KEY", "user-changes", "code:NAME", "codes-made:NAME", "once:ID", "here:UID", "connected", "seen:UID",
                     "events", "events-dead", "events-relay", "events-sequence",
                 })
            Assert.Contains($"`{key}`", document, StringComparison.Ordinal);
    }

    private static List<(string Table, List<string> Columns)> Tables(SqliteFixture stores) => stores.Database.Read(db => db
        .List(row => row.GetString(0), "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%'")
        .ConvertAll(table => (table, db.List(row => row.GetString(0), $"SELECT name FROM pragma_table_info('{table}')"))));

    // A row of the user's, whatever the table is: the least that its columns take.
    private static Task<int> InsertAsync(SqliteFixture stores, string table, string owner) => stores.Database.WriteAsync(
        db =>
        {
            var columns = db.List(row => (Name: row.GetString(0), Type: row.GetString(1)), $"SELECT name, type FROM pragma_table_info('{table}')");
            var values = columns.Select(column => column.Name == owner ? "'u1'" : column.Type switch { "INTEGER" => "1", "BLOB" => "x'00'", _ => $"'x'" });
            return db.Execute($"INSERT INTO {table} ({string.Join(", ", columns.Select(c => c.Name))}) VALUES ({string.Join(", ", values)})");
        }, default);
}
