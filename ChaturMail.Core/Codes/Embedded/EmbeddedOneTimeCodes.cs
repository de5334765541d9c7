using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using ChaturMail.Core.Storage.Sqlite;

namespace ChaturMail.Core.Codes.Embedded;

/// <summary><see cref="IOneTimeCodes"/> on the embedded database.</summary>
public sealed class EmbeddedOneTimeCodes(SqliteDatabase database, TimeProvider time) : IOneTimeCodes
{
    /// <inheritdoc/>
    public Task<CodeIssue> IssueAsync(string purpose, string subject, CancellationToken cancellation)
    {
        var key = purpose + ":" + subject;
        var code = RandomNumberGenerator.GetInt32(1_000_000).ToString("D6", CultureInfo.InvariantCulture);
        var now = time.GetUtcNow().ToUnixTimeMilliseconds();
        var hourAgo = now - (long)TimeSpan.FromHours(1).TotalMilliseconds;
        return database.WriteAsync(db =>
        {
            db.Execute("DELETE FROM one_time_code_issues WHERE issued_at <= $1", hourAgo);
            db.Execute("DELETE FROM one_time_codes WHERE expires <= $1", now);
            var issued = db.List(row => row.GetInt64(0), "SELECT issued_at FROM one_time_code_issues WHERE key = $1 ORDER BY issued_at", key);
            var next = issued.Count == 0 ? now : Math.Max(
                issued[^1] + (long)IOneTimeCodes.ResendAfter.TotalMilliseconds,
                issued.Count < IOneTimeCodes.MostAnHour ? now : issued[^IOneTimeCodes.MostAnHour] + (now - hourAgo));
            if (next > now) return new CodeIssue(null, TimeSpan.FromMilliseconds(next - now));
            db.Execute("INSERT INTO one_time_code_issues (key, issued_at) VALUES ($1, $2)", key, now);
            db.Execute(
                """
                INSERT INTO one_time_codes (key, digest, tries, expires) VALUES ($1, $2, 0, $3)
                ON CONFLICT DO UPDATE SET digest = excluded.digest, tries = 0, expires = excluded.expires
                """, key, DigestOf(key, code), now + (long)IOneTimeCodes.Lifetime.TotalMilliseconds);
            return new CodeIssue(code, IOneTimeCodes.ResendAfter);
        }, cancellation);
    }

    /// <inheritdoc/>
    public Task<CodeCheck> RedeemAsync(string purpose, string subject, string code, CancellationToken cancellation)
    {
        var key = purpose + ":" + subject;
        var digest = DigestOf(key, code);
        var now = time.GetUtcNow().ToUnixTimeMilliseconds();
        return database.WriteAsync(db =>
        {
            var held = db.First(row => (Digest: (byte[])row.GetValue(0), Tries: row.GetInt64(1)).ToTuple(),
                "SELECT digest, tries FROM one_time_codes WHERE key = $1 AND expires > $2", key, now);
            if (held is null) return CodeCheck.Gone;
            var good = CryptographicOperations.FixedTimeEquals(held.Item1, digest);
            if (good || held.Item2 + 1 >= IOneTimeCodes.MostTries) db.Execute("DELETE FROM one_time_codes WHERE key = $1", key);
            else db.Execute("UPDATE one_time_codes SET tries = tries + 1 WHERE key = $1", key);
            return good ? CodeCheck.Good : CodeCheck.Wrong;
        }, cancellation);
    }

    private static byte[] DigestOf(string key, string code) => SHA256.HashData(Encoding.UTF8.GetBytes(key + "\n" + code));
}
