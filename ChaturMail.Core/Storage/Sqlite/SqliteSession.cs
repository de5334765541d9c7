using System.Globalization;
using Microsoft.Data.Sqlite;

namespace ChaturMail.Core.Storage.Sqlite;

/// <summary>One connection with its prepared statements. Used by one thread at a time.</summary>
internal sealed class SqliteSession : IDisposable
{
    private readonly SqliteConnection _connection;
    private readonly Dictionary<string, SqliteCommand> _prepared = [];

    static SqliteSession() => SQLitePCL.raw.SetProvider(new SQLitePCL.SQLite3Provider_e_sqlite3());

    public SqliteSession(string connectionString)
    {
        _connection = new SqliteConnection(connectionString);
        _connection.Open();
        // Another process may hold the write lock for as long as its batch takes. FULL: what was answered survives a power cut.
        Execute("PRAGMA busy_timeout = 5000");
        Execute("PRAGMA synchronous = FULL");
        // SQLite's own LIKE folds the case of ASCII letters only.
        _connection.CreateFunction("holds", (string text, string part) => text.Contains(part, StringComparison.OrdinalIgnoreCase), true);
    }

    /// <summary>Runs a statement with parameters <c>$1</c>, <c>$2</c>, … and gives the number of rows changed.</summary>
    public int Execute(string sql, params ReadOnlySpan<object?> values) => Bind(sql, values).ExecuteNonQuery();

    /// <summary>The first column of the first row, or null.</summary>
    public object? Scalar(string sql, params ReadOnlySpan<object?> values) => Bind(sql, values).ExecuteScalar();

    /// <summary>The first row as <paramref name="read"/> makes it, or null.</summary>
    public T? First<T>(Func<SqliteDataReader, T> read, string sql, params ReadOnlySpan<object?> values) where T : class
    {
        using var reader = Bind(sql, values).ExecuteReader();
        return reader.Read() ? read(reader) : null;
    }

    /// <summary>Every row as <paramref name="read"/> makes it.</summary>
    public List<T> List<T>(Func<SqliteDataReader, T> read, string sql, params ReadOnlySpan<object?> values)
    {
        using var reader = Bind(sql, values).ExecuteReader();
        var rows = new List<T>();
        while (reader.Read()) rows.Add(read(reader));
        return rows;
    }

    public void Dispose()
    {
        foreach (var command in _prepared.Values) command.Dispose();
        _connection.Dispose();
    }

    private SqliteCommand Bind(string sql, ReadOnlySpan<object?> values)
    {
        if (!_prepared.TryGetValue(sql, out var command))
        {
            command = _connection.CreateCommand();
            command.CommandText = sql;
            for (var i = 1; i <= values.Length; i++)
                command.Parameters.Add(new SqliteParameter { ParameterName = "$" + i.ToString(CultureInfo.InvariantCulture) });
            _prepared.Add(sql, command);
        }

        for (var i = 0; i < values.Length; i++) command.Parameters[i].Value = values[i] ?? DBNull.Value;
        return command;
    }
}

/// <summary>Reads columns that may be null.</summary>
internal static class SqliteRow
{
    public static string? TextOrNull(this SqliteDataReader row, int column) => row.IsDBNull(column) ? null : row.GetString(column);
}
