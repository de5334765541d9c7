using ChaturMail.Core.Storage.Sqlite;

namespace ChaturMail.Core.Limits.Embedded;

/// <summary><see cref="IOnce"/> on the embedded database. With the database away it throws, as the store does.</summary>
public sealed class EmbeddedOnce(SqliteDatabase database, TimeProvider time) : IOnce
{
    /// <inheritdoc/>
    public Task<OnceResult> TryClaimAsync(string key, TimeSpan lifetime, CancellationToken cancellation)
    {
        var now = time.GetUtcNow().ToUnixTimeMilliseconds();
        return database.WriteAsync(db =>
        {
            db.Execute("DELETE FROM claims WHERE expires <= $1", now);
            var isFirst = db.Execute(
                "INSERT INTO claims (key, expires) VALUES ($1, $2) ON CONFLICT DO NOTHING", key, now + (long)lifetime.TotalMilliseconds) == 1;
            return isFirst ? OnceResult.First : OnceResult.Again;
        }, cancellation);
    }
}
