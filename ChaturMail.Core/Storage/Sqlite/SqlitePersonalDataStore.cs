using System.Runtime.CompilerServices;
using System.Text.Json.Nodes;
using ChaturMail.Core.Privacy;
using Microsoft.Data.Sqlite;

namespace ChaturMail.Core.Storage.Sqlite;

/// <summary><see cref="IPersonalDataStore"/> on the embedded database.</summary>
public sealed class SqlitePersonalDataStore(SqliteDatabase database) : IPersonalDataStore
{
    private const int PageSize = 200;

    /// <inheritdoc/>
    public async IAsyncEnumerable<JsonObject> ReadAsync(PersonalSection section, string uid, [EnumeratorCancellation] CancellationToken cancellation)
    {
        var (table, owner, key) = (section.Table, section.OwnerColumn, section.KeyColumn);
        // The keys of a page first: they come from an index, and only the page's own rows are read.
        var sql = $"""
            SELECT {key}, {string.Join(", ", section.Fields.Select(field => field.Column))} FROM {table} WHERE {owner} = $1 AND {key} IN
                (SELECT {key} FROM {table} WHERE {owner} = $1 AND ($2 IS NULL OR {key} > $2) ORDER BY {key} LIMIT {PageSize})
            ORDER BY {key}
            """;
        object? after = null;
        while (true)
        {
            cancellation.ThrowIfCancellationRequested();
            var page = database.Read(db => db.List(row => (Key: row.GetValue(0), Item: Read(section, row)), sql, uid, after));
            foreach (var (_, item) in page) yield return item;
            if (page.Count < PageSize) yield break;
            after = page[^1].Key;
            // A reader of much lets others have the thread.
            await Task.Yield();
        }
    }

    /// <inheritdoc/>
    public Task<int> DeleteOldAsync(StaleData what, DateTimeOffset before, int limit, CancellationToken cancellation)
    {
        var moment = before.ToUnixTimeMilliseconds();
        return database.WriteAsync(
            db => what switch
            {
                StaleData.Feedback => db.Execute(
                    "DELETE FROM feedback WHERE id IN (SELECT id FROM feedback WHERE created_on < $1 LIMIT $2)", moment, limit),
                StaleData.Sessions => Math.Max(
                    db.Execute("DELETE FROM sessions WHERE id IN (SELECT id FROM sessions WHERE expires < $1 LIMIT $2)", moment, limit),
                    db.Execute(
                        "DELETE FROM ended_tokens WHERE (user_id, id) IN (SELECT user_id, id FROM ended_tokens WHERE expires < $1 LIMIT $2)", moment, limit)),
                StaleData.Codes => db.Execute(
                    "DELETE FROM one_time_codes WHERE key IN (SELECT key FROM one_time_codes WHERE expires < $1 LIMIT $2)", moment, limit),
                StaleData.FormerAccounts => db.Execute(
                    "DELETE FROM former_accounts WHERE digest IN (SELECT digest FROM former_accounts WHERE erased_at < $1 LIMIT $2)", moment, limit),
                StaleData.Registrations => db.Execute(
                    "DELETE FROM local_accounts WHERE user_id IN (SELECT user_id FROM local_accounts WHERE verified_on IS NULL AND created_on < $1 LIMIT $2)",
                    moment, limit),
                StaleData.SignInAttempts => db.Execute(
                    "DELETE FROM sign_in_attempts WHERE key IN (SELECT key FROM sign_in_attempts WHERE last_on < $1 LIMIT $2)", moment, limit),
                StaleData.CodeIssues => db.Execute(
                    """
                    DELETE FROM one_time_code_issues WHERE (key, issued_at) IN (SELECT key, issued_at FROM one_time_code_issues WHERE issued_at < $1 LIMIT $2)
                    """, moment, limit),
                StaleData.Claims => db.Execute("DELETE FROM claims WHERE key IN (SELECT key FROM claims WHERE expires < $1 LIMIT $2)", moment, limit),
                _ => throw new ArgumentOutOfRangeException(nameof(what)),
            }, cancellation);
    }

    private static JsonObject Read(PersonalSection section, SqliteDataReader row)
    {
        var item = new JsonObject();
        for (var i = 0; i < section.Fields.Count; i++) item.Add(section.Fields[i].Name, Read(section.Fields[i], row, i + 1));
        return item;
    }

    private static JsonNode? Read(PersonalField field, SqliteDataReader row, int column) => field.Kind switch
    {
        FieldKind.Present => !row.IsDBNull(column) && row.GetString(column).Length > 0,
        _ when row.IsDBNull(column) => null,
        FieldKind.Text => row.GetString(column),
        FieldKind.Flag => row.GetInt64(column) != 0,
        FieldKind.Time => row.GetInt64(column) / 1000,
        FieldKind.Day => PersonalValue.Day(row.GetInt64(column)),
        FieldKind.Json => JsonNode.Parse(row.GetString(column)),
        FieldKind.Choice => PersonalValue.Choice(field, row.GetInt64(column)),
        _ => row.GetInt64(column),
    };
}
