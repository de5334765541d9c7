using System.Globalization;
using Microsoft.Data.Sqlite;

namespace ChaturMail.Benchmarks.Load;

/// <summary>What a soak found, from what the clients were told, what the Api says of the accounts, and the store's own rows.</summary>
/// <param name="Lost">Jobs without the end that their client was told of, or without any.</param>
/// <param name="Doubled">Emails, or ids that a key gave, beyond one a job.</param>
/// <param name="DoubleCharged">Charges, or refunds, by which accounts differ from what their emails cost.</param>
/// <param name="Recovered">Times from the first kill of a worker that held a job to that job's end in the store.</param>
internal sealed record SoakVerdict(int Lost, int Doubled, int DoubleCharged, int Failed, Percentiles Recovered)
{
    /// <summary>Reads the store, which no process may have open any more, and compares.</summary>
    /// <param name="accounts">Accounts in the order of the users' numbers, and what each started with.</param>
    public static async Task<SoakVerdict> ReachAsync(
        string database, IReadOnlyList<SoakJob> jobs, IReadOnlyList<Account> accounts, long startingCoins, int cost,
        IReadOnlyDictionary<string, DateTimeOffset> held)
    {
        var store = await StoreRows.ReadAsync(database);
        var lost = jobs.Count(job => !HasItsEnd(job)) + store.Queued.Except(jobs.SelectMany(job => job.Ids)).Count();
        var doubled = jobs.Sum(job => Math.Max(0, Math.Max(job.Ids.Count, store.Emails.GetValueOrDefault(job.Subject)?.Count ?? 0) - 1));
        var charged = accounts.Select((account, user) => Difference(account, jobs.Count(job => job.User == user && job.End == SoakEnd.Email))).Sum();
        var recovered = held.Where(kill => store.Ended.TryGetValue(kill.Key, out var end) && end > kill.Value)
            .Select(kill => (store.Ended[kill.Key] - kill.Value).TotalMilliseconds);
        return new SoakVerdict(lost, doubled, charged, jobs.Count(job => job.End == SoakEnd.Failure), new Percentiles(recovered));

        bool HasItsEnd(SoakJob job) => job.End switch
        {
            SoakEnd.Email => store.Emails.TryGetValue(job.Subject, out var ids) && ids.Intersect(job.Ids).Any(),
            // Given up, told, and no email behind the client's back.
            SoakEnd.Failure => !store.Emails.ContainsKey(job.Subject),
            _ => false,
        };

        int Difference(Account account, int emails)
        {
            var spent = (long)emails * cost;
            var most = Math.Max(
                Math.Max(Math.Abs(startingCoins - account.Available - spent), Math.Abs(account.Used - spent)), Math.Abs(account.Emails - emails) * cost);
            // The store must say what the Api says.
            if (store.Accounts.GetValueOrDefault(account.Uid) != account) most = Math.Max(most, cost);
            return (int)((most + cost - 1) / cost);
        }
    }

    /// <summary>What the store holds.</summary>
    /// <param name="Emails">Ids of the emails by subject.</param>
    /// <param name="Ended">When each ended job ended.</param>
    private sealed record StoreRows(
        Dictionary<string, List<string>> Emails, Dictionary<string, DateTimeOffset> Ended, List<string> Queued, Dictionary<string, Account> Accounts)
    {
        public static async Task<StoreRows> ReadAsync(string database)
        {
            SQLitePCL.raw.SetProvider(new SQLitePCL.SQLite3Provider_e_sqlite3());
            await using var connection = new SqliteConnection(
                new SqliteConnectionStringBuilder { DataSource = database, Mode = SqliteOpenMode.ReadOnly, Pooling = false }.ToString());
            await connection.OpenAsync();
            var rows = new StoreRows(new(StringComparer.Ordinal), new(StringComparer.Ordinal), [], new(StringComparer.Ordinal));
            await EachAsync(connection, "SELECT subject, id FROM emails", row =>
            {
                if (!rows.Emails.TryGetValue(row.GetString(0), out var ids)) rows.Emails.Add(row.GetString(0), ids = []);
                ids.Add(row.GetString(1));
            });
            await EachAsync(connection, "SELECT id FROM jobs WHERE state = 0", row => rows.Queued.Add(row.GetString(0)));
            await EachAsync(connection, "SELECT id, ended_at FROM jobs WHERE state <> 0", row =>
                rows.Ended.Add(row.GetString(0), DateTimeOffset.FromUnixTimeMilliseconds(row.GetInt64(1))));
            await EachAsync(connection, "SELECT uid, available_tokens, used_tokens, generated_email_count FROM users", row =>
                rows.Accounts.Add(row.GetString(0), new Account(row.GetString(0), row.GetInt64(1), row.GetInt64(2), row.GetInt64(3))));
            return rows;
        }

        private static async Task EachAsync(SqliteConnection connection, string query, Action<SqliteDataReader> read)
        {
            await using var command = connection.CreateCommand();
            command.CommandText = query;
            await using var reader = await command.ExecuteReaderAsync();
            while (await reader.ReadAsync()) read(reader);
        }
    }

    /// <summary>The last line of a soak.</summary>
    public string ToLine(int jobs, int exits) => string.Create(
        CultureInfo.InvariantCulture,
        $"jobs={jobs} lost={Lost} doubled={Doubled} double_charged={DoubleCharged} exits={exits} recovered_p99_ms={Recovered.At(0.99):0}");
}
