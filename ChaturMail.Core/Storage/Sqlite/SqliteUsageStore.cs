using System.Globalization;
using ChaturMail.Core.Coins;
using ChaturMail.Core.Generation;

namespace ChaturMail.Core.Storage.Sqlite;

/// <summary><see cref="IUsageStore"/> on the embedded database: one range of an index for each sum.</summary>
public sealed class SqliteUsageStore(SqliteDatabase database) : IUsageStore
{
    private static readonly string CoinSums = string.Create(CultureInfo.InvariantCulture, $"""
        SELECT coalesce(sum(CASE WHEN kind = {(int)CoinKind.Settle} THEN spent END), 0),
            coalesce(sum(CASE WHEN kind = {(int)CoinKind.Grant} AND coins > 0 THEN coins END), 0),
            coalesce(sum(CASE WHEN kind = {(int)CoinKind.Grant} AND coins < 0 THEN -coins END), 0),
            coalesce(sum(CASE WHEN kind = {(int)CoinKind.Reward} THEN coins END), 0),
            count(CASE WHEN kind = {(int)CoinKind.Reward} THEN 1 END),
            coalesce(sum(CASE WHEN kind = {(int)CoinKind.Purchase} THEN coins END), 0)
        FROM coin_ledger WHERE at >= $1 AND at < $2
        """);

    internal const string JobsAccepted =
        "SELECT (accepted_at - $1) / 60000, count(*) FROM jobs WHERE accepted_at >= $1 AND accepted_at < $2 GROUP BY 1";

    internal const string JobsEnded =
        """
        SELECT (ended_at - $1) / 60000, state, failure, count(*) FROM jobs WHERE state <> 0 AND ended_at >= $1 AND ended_at < $2 GROUP BY 1, 2, 3
        """;

    internal static readonly string JobsDoneBySteps = string.Create(CultureInfo.InvariantCulture, $"""
        SELECT min((ended_at - accepted_at) / {JobFigures.StepMilliseconds}, {JobFigures.MostSteps}), count(*)
        FROM jobs WHERE state <> 0 AND state = {(int)JobState.Done} AND ended_at >= $1 AND ended_at < $2 GROUP BY 1
        """);

    /// <inheritdoc/>
    public Task<IReadOnlyList<UsageDay>> ListDaysAsync(DateOnly first, DateOnly last, CancellationToken cancellation) => Task.FromResult(
        database.Read(db =>
        {
            var days = new List<UsageDay>();
            for (var day = last; day >= first && days.Count < IUsageStore.MostDays; day = day.AddDays(-1)) days.Add(Read(db, day));
            return (IReadOnlyList<UsageDay>)days;
        }));

    /// <inheritdoc/>
    public Task<JobFigures> MeasureJobsAsync(DateTimeOffset from, int minutes, CancellationToken cancellation) => Task.FromResult(
        database.Read(db =>
        {
            minutes = Math.Clamp(minutes, 0, JobFigures.MostMinutes);
            var (start, end) = (from.ToUnixTimeMilliseconds(), from.AddMinutes(minutes).ToUnixTimeMilliseconds());
            return JobFigures.Of(
                from, minutes,
                db.List(row => (row.GetInt64(0), row.GetInt64(1)), JobsAccepted, start, end),
                db.List(row => (row.GetInt64(0), (JobState)row.GetInt32(1), row.TextOrNull(2), row.GetInt64(3)), JobsEnded, start, end),
                db.List(row => (row.GetInt64(0), row.GetInt64(1)), JobsDoneBySteps, start, end));
        }));

    private static UsageDay Read(SqliteSession db, DateOnly day)
    {
        var (start, end) = (Milliseconds(day), Milliseconds(day.AddDays(1)));
        var signUps = (long)db.Scalar("SELECT count(*) FROM users WHERE created_on / 1000 >= $1 AND created_on / 1000 < $2", start / 1000, end / 1000)!;
        // Emails have their time in seconds, all else in milliseconds.
        var emails = db.List(
            row => (Emails: row.GetInt64(0), Users: row.GetInt64(1)),
            "SELECT count(*), count(DISTINCT user_id) FROM emails WHERE created_on >= $1 AND created_on < $2", start / 1000, end / 1000)[0];
        var coins = db.First(
            row => new CoinsOfDay(row.GetInt64(0), row.GetInt64(1), row.GetInt64(2), row.GetInt64(3), row.GetInt64(4), row.GetInt64(5)), CoinSums, start, end)!;
        return new UsageDay(day, signUps, emails.Users, emails.Emails, coins);
    }

    private static long Milliseconds(DateOnly day) => new DateTimeOffset(day, TimeOnly.MinValue, TimeSpan.Zero).ToUnixTimeMilliseconds();
}
