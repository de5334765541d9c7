using ChaturMail.Core.Emails;
using ChaturMail.Core.Feedback;

namespace ChaturMail.Core.Storage.Sqlite;

/// <summary><see cref="IFeedbackStore"/> on the embedded database.</summary>
public sealed class SqliteFeedbackStore(SqliteDatabase database) : IFeedbackStore
{
    /// <inheritdoc/>
    public Task<bool> AddAsync(FeedbackMessage message, CancellationToken cancellation) => database.WriteAsync(
        db => db.Execute(
            """
            INSERT INTO feedback (id, user_id, email, subject, message, created_on)
            SELECT $1, $2, $3, $4, $5, $6 WHERE EXISTS (SELECT 1 FROM users WHERE uid = $2)
            """,
            message.Id, message.UserId, message.Email, message.Subject, message.Message, message.CreatedOn) > 0, cancellation);

    /// <inheritdoc/>
    public Task<IReadOnlyList<FeedbackMessage>> ListAsync(int limit, EmailCursor? after, CancellationToken cancellation) => Task.FromResult(
        database.Read(db => (IReadOnlyList<FeedbackMessage>)db.List(
            row => new FeedbackMessage(
                row.GetString(0), row.GetString(1), row.GetString(2), row.GetString(3), row.GetString(4), row.GetInt64(5)),
            """
            SELECT id, user_id, email, subject, message, created_on FROM feedback
            WHERE $1 IS NULL OR (created_on, id) < ($1, $2) ORDER BY created_on DESC, id DESC LIMIT $3
            """, after?.CreatedOn, after?.Id, limit)));

    /// <inheritdoc/>
    public Task<bool> DeleteAsync(string id, CancellationToken cancellation) =>
        database.WriteAsync(db => db.Execute("DELETE FROM feedback WHERE id = $1", id) > 0, cancellation);
}
