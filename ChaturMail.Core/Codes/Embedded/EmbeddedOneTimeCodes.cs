using System.Security.Cryptography;
using ChaturMail.Core.Identity;
using ChaturMail.Core.Storage.Sqlite;

namespace ChaturMail.Core.Codes.Embedded;

/// <summary><see cref="IOneTimeCodes"/> on the embedded database.</summary>
public sealed class EmbeddedOneTimeCodes(SqliteDatabase database, DerivedKeys keys, TimeProvider time) : IOneTimeCodes
{
    private readonly CodeDigests _digests = new(keys);

    /// <inheritdoc/>
    public Task<CodeIssue> IssueAsync(string purpose, string subject, CancellationToken cancellation)
    {
        var name = CodeDigests.NameOf(purpose, subject);
        var code = CodeDigests.NewCode();
        var digest = _digests.Of(name, code)[0];
        var now = time.GetUtcNow().ToUnixTimeMilliseconds();
        var hourAgo = now - (long)TimeSpan.FromHours(1).TotalMilliseconds;
        return database.WriteAsync(db =>
        {
            db.Execute("DELETE FROM one_time_code_issues WHERE issued_at <= $1", hourAgo);
            db.Execute("DELETE FROM one_time_codes WHERE expires <= $1", now);
            var issued = db.List(row => row.GetInt64(0), "SELECT issued_at FROM one_time_code_issues WHERE key = $1 ORDER BY issued_at", name);
            var next = issued.Count == 0 ? now : Math.Max(
                issued[^1] + (long)IOneTimeCodes.ResendAfter.TotalMilliseconds,
                issued.Count < IOneTimeCodes.MostAnHour ? now : issued[^IOneTimeCodes.MostAnHour] + (now - hourAgo));
            if (next > now) return new CodeIssue(null, TimeSpan.FromMilliseconds(next - now));
            db.Execute("INSERT INTO one_time_code_issues (key, issued_at) VALUES ($1, $2)", name, now);
            db.Execute(
                """
                INSERT INTO one_time_codes (key, digest, tries, expires) VALUES ($1, $2, 0, $3)
                ON CONFLICT DO UPDATE SET digest = excluded.digest, tries = 0, expires = excluded.expires
                """, name, digest, now + (long)IOneTimeCodes.Lifetime.TotalMilliseconds);
            return new CodeIssue(code, IOneTimeCodes.ResendAfter);
        }, cancellation);
    }

    /// <inheritdoc/>
    public Task<CodeCheck> RedeemAsync(string purpose, string subject, string code, CancellationToken cancellation)
    {
        var name = CodeDigests.NameOf(purpose, subject);
        var digests = _digests.Of(name, code);
        var now = time.GetUtcNow().ToUnixTimeMilliseconds();
        return database.WriteAsync(db =>
        {
            var held = db.First(row => (Digest: (byte[])row.GetValue(0), Tries: row.GetInt64(1)).ToTuple(),
                "SELECT digest, tries FROM one_time_codes WHERE key = $1 AND expires > $2", name, now);
            if (held is null) return CodeCheck.Gone;
            var good = false;
            foreach (var digest in digests) good |= CryptographicOperations.FixedTimeEquals(held.Item1, digest);
            if (good || held.Item2 + 1 >= IOneTimeCodes.MostTries) db.Execute("DELETE FROM one_time_codes WHERE key = $1", name);
            else db.Execute("UPDATE one_time_codes SET tries = tries + 1 WHERE key = $1", name);
            return good ? CodeCheck.Good : CodeCheck.Wrong;
        }, cancellation);
    }

    /// <inheritdoc/>
    public Task<bool> TakeTryAsync(string purpose, string subject, CancellationToken cancellation)
    {
        var name = CodeDigests.NameOf(purpose, subject);
        var now = time.GetUtcNow().ToUnixTimeMilliseconds();
        return database.WriteAsync(
            db => db.Execute(
                "UPDATE one_time_codes SET tries = tries + 1 WHERE key = $1 AND expires > $2 AND tries < $3", name, now, IOneTimeCodes.MostTries) > 0, cancellation);
    }
}
