using System.Globalization;
using ChaturMail.Core.Coins;
using ChaturMail.Core.Storage.Sqlite;
using ChaturMail.Tests.Support;

namespace ChaturMail.Tests.Contracts;

public sealed class SqliteCoinLedgerTests : CoinLedgerContract
{
    protected override StoreFixture Open() => new SqliteFixture();

    [Fact]
    public async Task AnAccountFromBeforeTheLedgerOpensWithWhatItHas()
    {
        using var folder = new TextFolder();
        var path = Path.Combine(folder.Path, "chaturmail.db");
        var ledger = Array.FindIndex(SqliteSchema.Steps, step => step.Contains("CREATE TABLE coin_ledger", StringComparison.Ordinal));
        using (var before = new SqliteSession($"Data Source={path};Pooling=False"))
        {
            foreach (var step in SqliteSchema.Steps[..ledger]) before.Execute(step);
            before.Execute(string.Create(CultureInfo.InvariantCulture, $"PRAGMA user_version = {ledger}"));
            before.Execute(
                """
                INSERT INTO users (id, uid, email, name, picture, available_tokens, used_tokens, generated_email_count, fcm_token, login_method,
                    auth_time, expires, created_on) VALUES ('650000000000000000000001', 'u1', '', '', '', 9500, 500, 2, '', '', 0, 0, 0)
                """);
        }

        using var database = new SqliteDatabase(path);
        var opening = Assert.Single((await new SqliteCoinLedger(database).ListAsync("u1", 10, null, default)).Entries);
        Assert.Equal((CoinKind.Opening, 9500, 500), (opening.Kind, opening.Coins, opening.Spent));
        Assert.Equal(TimeProvider.System.GetUtcNow(), opening.At, TimeSpan.FromMinutes(1));
    }
}
