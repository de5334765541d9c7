using ChaturMail.Core.Emails;
using ChaturMail.Core.Prompts;
using Microsoft.Data.Sqlite;

namespace ChaturMail.Core.Storage.Sqlite;

/// <summary><see cref="IOwnPromptStore"/> on the embedded database: each change is one transaction.</summary>
public sealed class SqliteOwnPromptStore(SqliteDatabase database, TimeProvider time) : IOwnPromptStore
{
    private const string Select =
        "SELECT id, user_id, title, guidance, placeholders, example, created_on, updated_on, deleted FROM own_prompts";

    private const string Order = " ORDER BY deleted, created_on DESC, id DESC";

    // The length is said again for the sake of the partial index.
    private const string NamedByAnEmail =
        "EXISTS (SELECT 1 FROM emails WHERE emails.user_id = $1 AND prompt_id = own_prompts.id AND length(prompt_id) = 24)";

    /// <inheritdoc/>
    public Task<PromptAddition> AddAsync(OwnPrompt prompt, CancellationToken cancellation) => database.WriteAsync(db =>
    {
        if (db.Scalar("SELECT COUNT(*) FROM own_prompts WHERE user_id = $1 AND deleted = 0", prompt.UserId) is >= (long)IOwnPromptStore.MostPrompts)
            return PromptAddition.TooMany;
        if (db.Execute("UPDATE users SET own_prompts = 1 WHERE uid = $1", prompt.UserId) == 0) return PromptAddition.NoUser;
        db.Execute(
            """
            INSERT INTO own_prompts (id, user_id, title, guidance, placeholders, example, created_on, updated_on)
            VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
            """,
            prompt.Id, prompt.UserId, prompt.Title, prompt.Guidance, StoreJson.Write(prompt.Placeholders), StoreJson.Write(prompt.Example),
            prompt.CreatedOn, prompt.UpdatedOn);
        return PromptAddition.Added;
    }, cancellation);

    /// <inheritdoc/>
    public Task<OwnPrompt?> UpdateAsync(OwnPrompt prompt, CancellationToken cancellation) => database.WriteAsync(db => db.Scalar(
        """
        UPDATE own_prompts SET title = $3, guidance = $4, placeholders = $5, example = $6, updated_on = $7
        WHERE id = $1 AND user_id = $2 AND deleted = 0 RETURNING created_on
        """,
        prompt.Id, prompt.UserId, prompt.Title, prompt.Guidance, StoreJson.Write(prompt.Placeholders), StoreJson.Write(prompt.Example),
        prompt.UpdatedOn) is long createdOn ? prompt with { CreatedOn = createdOn } : null, cancellation);

    /// <inheritdoc/>
    public Task<OwnPrompt?> FindAsync(string uid, string id, CancellationToken cancellation) => Task.FromResult(database.Read(
        db => db.First(Read, Select + " WHERE id = $1 AND user_id = $2 AND deleted = 0", id, uid)));

    /// <inheritdoc/>
    public Task<OwnPromptPage> ListAsync(string uid, int limit, EmailCursor? after, CancellationToken cancellation)
    {
        var from = after ?? new EmailCursor(long.MaxValue, "");
        // One more than asked for tells whether there is another page.
        var rows = database.Read(db => db.List(
            Read, Select + " WHERE user_id = $1 AND deleted = 0 AND (created_on, id) < ($2, $3)" + Order + " LIMIT $4", uid, from.CreatedOn, from.Id, limit + 1));
        if (rows.Count <= limit) return Task.FromResult(new OwnPromptPage(rows, null));
        rows.RemoveAt(limit);
        return Task.FromResult(new OwnPromptPage(rows, new EmailCursor(rows[^1].CreatedOn, rows[^1].Id)));
    }

    /// <inheritdoc/>
    public Task<IReadOnlyList<OwnPrompt>> ListNamedAsync(string uid, CancellationToken cancellation) => Task.FromResult(database.Read(
        db => (IReadOnlyList<OwnPrompt>)db.List(Read, $"{Select} WHERE user_id = $1 AND (deleted = 0 OR {NamedByAnEmail}){Order}", uid)));

    /// <inheritdoc/>
    public Task<bool> DeleteAsync(string uid, string id, CancellationToken cancellation)
    {
        var now = time.GetUtcNow().ToUnixTimeSeconds();
        return database.WriteAsync(db =>
        {
            var deleted = db.Execute(
                """
                UPDATE own_prompts SET deleted = 1, guidance = '', placeholders = '[]', example = NULL, updated_on = $3
                WHERE id = $2 AND user_id = $1 AND deleted = 0
                """, uid, id, now) > 0;
            if (deleted) Forget(db, uid, id);
            return deleted;
        }, cancellation);
    }

    /// <summary>Takes what is left of a deleted prompt away, unless an email names it, or may come to: an unfinished job may have been given to the model already.</summary>
    internal static void Forget(SqliteSession db, string uid, string id) => db.Execute(
        $"""
        DELETE FROM own_prompts WHERE id = $2 AND user_id = $1 AND deleted = 1 AND NOT {NamedByAnEmail}
            AND NOT EXISTS (SELECT 1 FROM jobs WHERE jobs.user_id = $1 AND prompt_id = $2 AND state = 0)
        """, uid, id);

    private static OwnPrompt Read(SqliteDataReader row) => new(
        row.GetString(0), row.GetString(1), row.GetString(2), row.GetString(3), StoreJson.Read<List<string>>(row.GetString(4)) ?? [],
        StoreJson.Read<WorkedExample>(row.TextOrNull(5)), row.GetInt64(6), row.GetInt64(7), row.GetInt64(8) != 0);
}
