using System.Diagnostics;
using System.Globalization;
using Microsoft.Data.Sqlite;

namespace ChaturMail.Core.Storage.Sqlite;

/// <summary>One connection with its prepared statements. Used by one thread at a time.</summary>
internal sealed class SqliteSession : IDisposable
{
    // https://www.sqlite.org/rescode.html
    private const int SqliteOk = 0, SqliteBusy = 5;

    private const int LongestWaitMilliseconds = 5000;

    private readonly SqliteConnection _connection;
    private readonly Dictionary<string, SqliteCommand> _prepared = [];

    static SqliteSession() => SQLitePCL.raw.SetProvider(new SQLitePCL.SQLite3Provider_e_sqlite3());

    public SqliteSession(string connectionString)
    {
        _connection = new SqliteConnection(connectionString);
        _connection.Open();
        // Another process may hold the write lock for as long as its batch takes. FULL: what was answered survives a power cut.
        SQLitePCL.raw.sqlite3_busy_timeout(_connection.Handle, LongestWaitMilliseconds);
        Execute("PRAGMA synchronous = FULL");
        // SQLite's own LIKE folds the case of ASCII letters only.
        _connection.CreateFunction("holds", (string text, string part) => text.Contains(part, StringComparison.OrdinalIgnoreCase), true);
    }

    /// <summary>
    /// Begins a transaction that writes, as soon as no other process writes. SQLite's own waiting looks again after up to 100 ms
    /// (https://www.sqlite.org/src/file/src/main.c, sqliteDefaultBusyCallback), which whoever writes all the time outruns again and again: here it is a millisecond.
    /// </summary>
    /// <param name="rest">Waits a moment on this thread.</param>
    /// <exception cref="SqliteException">Another process held the lock for five seconds, or the disk failed.</exception>
    public void BeginWriting(Action rest)
    {
        var (handle, begun) = (_connection.Handle!, Stopwatch.GetTimestamp());
        SQLitePCL.raw.sqlite3_busy_timeout(handle, 0);
        try
        {
            int code;
            while ((code = SQLitePCL.raw.sqlite3_exec(handle, "BEGIN IMMEDIATE")) == SqliteBusy
                && Stopwatch.GetElapsedTime(begun).TotalMilliseconds < LongestWaitMilliseconds) rest();
            if (code != SqliteOk) throw new SqliteException(SQLitePCL.raw.sqlite3_errmsg(handle).utf8_to_string(), code);
        }
        finally
        {
            SQLitePCL.raw.sqlite3_busy_timeout(handle, LongestWaitMilliseconds);
        }
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
