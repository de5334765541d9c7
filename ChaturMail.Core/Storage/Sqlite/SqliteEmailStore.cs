using ChaturMail.Core.Emails;
using Microsoft.Data.Sqlite;

namespace ChaturMail.Core.Storage.Sqlite;

/// <summary><see cref="IEmailStore"/> on the embedded database.</summary>
public sealed class SqliteEmailStore(SqliteDatabase database) : IEmailStore
{
    private const string Select =
        "SELECT id, user_id, prompt_id, subject, keywords, text, to_email, coins, created_on, model, note, options, usage, version, parent_id, "
        + "root_id, original, edited_on FROM emails";

    private const string Order = " ORDER BY created_on DESC, id DESC LIMIT ";

    /// <inheritdoc/>
    public Task<StoredEmail?> FindAsync(string uid, string id, CancellationToken cancellation) => Task.FromResult(
        database.Read(db => db.First(Read, Select + " WHERE id = $1 AND user_id = $2", id, uid)));

    /// <inheritdoc/>
    public Task<EmailPage> ListAsync(string uid, int limit, EmailCursor? after, string? search, CancellationToken cancellation)
    {
        const string older = " WHERE user_id = $1 AND (created_on, id) < ($2, $3)";
        const string matching =
            " AND (holds(subject, $5) OR holds(keywords, $5) OR holds(to_email, $5) OR holds(text, $5))";
        var from = after ?? new EmailCursor(long.MaxValue, "");
        // One more than asked for tells whether there is another page.
        var rows = database.Read(db => search is null
            ? db.List(Read, Select + older + Order + "$4", uid, from.CreatedOn, from.Id, limit + 1)
            : db.List(Read, Select + older + matching + Order + "$4", uid, from.CreatedOn, from.Id, limit + 1, search));
        if (rows.Count <= limit) return Task.FromResult(new EmailPage(rows, null));
        rows.RemoveAt(limit);
        return Task.FromResult(new EmailPage(rows, new EmailCursor(rows[^1].CreatedOn, rows[^1].Id)));
    }

    /// <inheritdoc/>
    public Task<bool> DeleteAsync(string uid, string id, CancellationToken cancellation) => database.WriteAsync(
        db =>
        {
            db.Execute("DELETE FROM comparisons WHERE email_id = $1 AND user_id = $2", id, uid);
            if (db.Scalar("DELETE FROM emails WHERE id = $1 AND user_id = $2 RETURNING prompt_id", id, uid) is not string prompt) return false;
            SqliteOwnPromptStore.Forget(db, uid, prompt);
            return true;
        }, cancellation);

    /// <inheritdoc/>
    public Task<IReadOnlyList<StoredEmail>> ListVersionsAsync(string uid, string rootId, int from, int limit, CancellationToken cancellation) =>
        Task.FromResult<IReadOnlyList<StoredEmail>>(database.Read(db => db.List(
            Read, Select + " WHERE user_id = $1 AND (id = $2 OR root_id = $2) AND version >= $3 ORDER BY version, id LIMIT $4",
            uid, rootId, from, limit)));

    /// <inheritdoc/>
    public Task<int> TakeVersionsAsync(string uid, string rootId, int count, CancellationToken cancellation) => database.WriteAsync(db =>
    {
        // Nothing is written for an account that was erased meanwhile.
        var taken = db.Scalar(
            """
            INSERT INTO email_chains (user_id, root_id, taken) SELECT $1, $2, $3 WHERE EXISTS (SELECT 1 FROM users WHERE uid = $1)
            ON CONFLICT DO UPDATE SET taken = taken + excluded.taken RETURNING taken
            """, uid, rootId, count) as long? ?? count;
        return (int)taken - count + 2;
    }, cancellation);

    /// <inheritdoc/>
    public Task<EmailEditResult> EditAsync(string uid, string id, EmailEdit edit, DateTimeOffset now, CancellationToken cancellation) =>
        database.WriteAsync<EmailEditResult>(db =>
        {
            if (db.First(Read, Select + " WHERE id = $1 AND user_id = $2", id, uid) is not { } email) return new EmailEditResult.NotFound();
            var result = edit.Apply(email, now);
            if (result is EmailEditResult.Saved { Email: var edited })
            {
                db.Execute(
                    "UPDATE emails SET text = $2, subject = $3, to_email = $4, original = $5, edited_on = $6 WHERE id = $1",
                    id, edited.Text, edited.Subject, edited.ToEmail, edited.Original, edited.EditedOn);
            }

            return result;
        }, cancellation);

    private static StoredEmail Read(SqliteDataReader row) => new(
        row.GetString(0), row.GetString(1), row.GetString(2), row.GetString(3), row.GetString(4), row.GetString(5), row.GetString(6),
        row.GetInt32(7), row.GetInt64(8), row.TextOrNull(9), row.TextOrNull(10))
    {
        Options = StoreJson.Read<EmailOptions>(row.TextOrNull(11)) ?? EmailOptions.None,
        Usage = StoreJson.Read<EmailUsage>(row.TextOrNull(12)),
        Version = new EmailVersion(row.GetInt32(13), row.TextOrNull(14), row.TextOrNull(15)),
        Original = row.TextOrNull(16),
        EditedOn = row.IsDBNull(17) ? null : row.GetInt64(17),
    };
}
