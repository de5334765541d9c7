using ChaturMail.Core.Spending;
using Microsoft.Data.Sqlite;

namespace ChaturMail.Core.Storage.Sqlite;

/// <summary><see cref="ISpendingStore"/> on the embedded database: each method is one change in one transaction.</summary>
public sealed class SqliteSpendingStore(SqliteDatabase database) : ISpendingStore
{
    // Whose counter the deployment's is. No user has an empty uid.
    private const string Deployment = "";

    /// <inheritdoc/>
    public Task<ReservationResult> ReserveAsync(SpendingReservation reservation, SpendingLimits limits, CancellationToken cancellation) =>
        database.WriteAsync(db =>
        {
            var day = reservation.Day.DayNumber;
            // Nothing is kept of a user who is gone.
            var ofUser = limits.UserNanoUsd is { } && db.Scalar("SELECT 1 FROM users WHERE uid = $1", reservation.UserId) is not null ? limits.UserNanoUsd : null;
            if (ofUser is { } users && Spent(db, day, reservation.UserId) + reservation.NanoUsd > users) return ReservationResult.UserBudgetSpent;
            if (limits.DeploymentNanoUsd is { } all && Spent(db, day, Deployment) + reservation.NanoUsd > all) return ReservationResult.DeploymentBudgetSpent;
            if (ofUser is not null) Count(db, day, reservation.UserId, reservation.NanoUsd);
            if (limits.DeploymentNanoUsd is not null) Count(db, day, Deployment, reservation.NanoUsd);
            return ReservationResult.Reserved;
        }, cancellation);

    /// <inheritdoc/>
    public Task SettleAsync(SpendingReservation reservation, long costNanoUsd, CancellationToken cancellation) => database.WriteAsync(
        db => db.Execute(
            "UPDATE model_budgets SET nano_usd = nano_usd + $3 WHERE day = $1 AND user_id IN ('', $2)",
            reservation.Day.DayNumber, reservation.UserId, costNanoUsd - reservation.NanoUsd), cancellation);

    /// <inheritdoc/>
    public Task AddCallAsync(ModelCall spent, CancellationToken cancellation) => database.WriteAsync(
        db => db.Execute(
            """
            INSERT INTO model_totals (day, provider, model, role, calls, input_tokens, output_tokens, nano_usd, milliseconds)
            VALUES ($1, $2, $3, $4, 1, $5, $6, $7, $8)
            ON CONFLICT DO UPDATE SET calls = calls + 1, input_tokens = input_tokens + excluded.input_tokens,
                output_tokens = output_tokens + excluded.output_tokens, nano_usd = nano_usd + excluded.nano_usd,
                milliseconds = milliseconds + excluded.milliseconds
            """,
            spent.Day.DayNumber, spent.Provider, spent.Model, (int)spent.Role, spent.InputTokens, spent.OutputTokens, spent.CostNanoUsd,
            (long)spent.Duration.TotalMilliseconds), cancellation);

    /// <inheritdoc/>
    public Task<long> SpentByUserAsync(string uid, DateOnly day, CancellationToken cancellation) =>
        Task.FromResult(database.Read(db => Spent(db, day.DayNumber, uid)));

    /// <inheritdoc/>
    public Task<EmailsOfUser> EmailsSinceAsync(string uid, DateTimeOffset since, CancellationToken cancellation) => Task.FromResult(
        database.Read(db => db.First(
            row => new EmailsOfUser(row.GetInt64(0), row.GetInt64(1)),
            "SELECT COUNT(*), COALESCE(SUM(coins), 0) FROM jobs WHERE user_id = $1 AND state = 1 AND ended_at >= $2", uid, since.ToUnixTimeMilliseconds()))!);

    /// <inheritdoc/>
    public Task<IReadOnlyList<ModelTotal>> ListTotalsAsync(DateOnly from, CancellationToken cancellation) => Task.FromResult(
        database.Read(db => (IReadOnlyList<ModelTotal>)db.List(
            row => new ModelTotal(row.GetInt64(4), new ModelCall(
                DateOnly.FromDayNumber(row.GetInt32(0)), row.GetString(1), row.GetString(2), (ModelRole)row.GetInt32(3), row.GetInt64(5), row.GetInt64(6),
                row.GetInt64(7), TimeSpan.FromMilliseconds(row.GetInt64(8)))),
            """
            SELECT day, provider, model, role, calls, input_tokens, output_tokens, nano_usd, milliseconds FROM model_totals
            WHERE day >= $1 ORDER BY day DESC, provider, model, role
            """, from.DayNumber)));

    /// <inheritdoc/>
    public Task AddComparisonAsync(Comparison comparison, CancellationToken cancellation) => database.WriteAsync(
        db => db.Execute(
            """
            INSERT OR IGNORE INTO comparisons (email_id, user_id, compared_at, model, nano_usd, milliseconds, words,
                second_model, second_nano_usd, second_milliseconds, second_words, second_text)
            SELECT $1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12 WHERE EXISTS (SELECT 1 FROM emails WHERE id = $1 AND user_id = $2)
            """,
            comparison.EmailId, comparison.UserId, comparison.ComparedAt.ToUnixTimeMilliseconds(),
            comparison.First.Model, comparison.First.CostNanoUsd, (long)comparison.First.Duration.TotalMilliseconds, comparison.First.Words,
            comparison.Second.Model, comparison.Second.CostNanoUsd, (long)comparison.Second.Duration.TotalMilliseconds, comparison.Second.Words,
            comparison.SecondText), cancellation);

    /// <inheritdoc/>
    public Task<IReadOnlyList<Comparison>> ListComparisonsAsync(int limit, CancellationToken cancellation) => Task.FromResult(
        database.Read(db => (IReadOnlyList<Comparison>)db.List(
            row => new Comparison(
                row.GetString(0), row.GetString(1), DateTimeOffset.FromUnixTimeMilliseconds(row.GetInt64(2)), Side(row, 3), Side(row, 7), row.GetString(11)),
            """
            SELECT email_id, user_id, compared_at, model, nano_usd, milliseconds, words, second_model, second_nano_usd, second_milliseconds,
                second_words, second_text
            FROM comparisons ORDER BY compared_at DESC, email_id DESC LIMIT $1
            """, limit)));

    /// <inheritdoc/>
    public Task DeleteOldAsync(DateOnly daysBefore, DateTimeOffset comparedBefore, CancellationToken cancellation) => database.WriteAsync(
        db =>
        {
            db.Execute("DELETE FROM model_budgets WHERE day < $1", daysBefore.DayNumber);
            db.Execute("DELETE FROM model_totals WHERE day < $1", daysBefore.DayNumber);
            return db.Execute("DELETE FROM comparisons WHERE compared_at < $1", comparedBefore.ToUnixTimeMilliseconds());
        }, cancellation);

    private static long Spent(SqliteSession db, int day, string uid) =>
        db.Scalar("SELECT nano_usd FROM model_budgets WHERE day = $1 AND user_id = $2", day, uid) as long? ?? 0;

    private static void Count(SqliteSession db, int day, string uid, long nanoUsd) => db.Execute(
        """
        INSERT INTO model_budgets (day, user_id, nano_usd) VALUES ($1, $2, $3)
        ON CONFLICT DO UPDATE SET nano_usd = nano_usd + excluded.nano_usd
        """, day, uid, nanoUsd);

    private static ComparedText Side(SqliteDataReader row, int column) => new(
        row.GetString(column), row.GetInt64(column + 1), TimeSpan.FromMilliseconds(row.GetInt64(column + 2)), row.GetInt32(column + 3));
}
