using System.Collections.Concurrent;
using Microsoft.Data.Sqlite;

namespace ChaturMail.Core.Storage.Sqlite;

/// <summary>
/// The embedded database: one file, in write-ahead mode, which several processes may open. Reads run on the caller's thread on
/// connections of their own. Writes go to one thread, which commits all that wait as one transaction, so that the flush to the
/// disk is paid once for many; a write is answered after it is on the disk.
/// </summary>
public sealed class SqliteDatabase : IDisposable
{
    private const int MostWritesInATransaction = 256;
    private const int MostWaitingWrites = 20_000;
    private const int MostIdleReaders = 32;

    private readonly string _connectionString;
    private readonly ConcurrentBag<SqliteSession> _readers = [];
    private readonly BlockingCollection<IWrite> _writes = new(MostWaitingWrites);
    private readonly Thread _writer;
    private bool _disposed;

    static SqliteDatabase() => SQLitePCL.raw.SetProvider(new SQLitePCL.SQLite3Provider_e_sqlite3());

    /// <summary>Opens the file, and makes it and its folder where they are missing.</summary>
    /// <exception cref="SqliteException">It is no database, or cannot be written.</exception>
    /// <exception cref="InvalidOperationException">It was written by a newer version of this program.</exception>
    public SqliteDatabase(string path)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(Path.GetFullPath(path))!);
        _connectionString = new SqliteConnectionStringBuilder { DataSource = path, Pooling = false }.ToString();
        var session = new SqliteSession(_connectionString);
        try
        {
            SqliteSchema.Apply(session, path);
        }
        catch
        {
            session.Dispose();
            throw;
        }

        _writer = new Thread(() => WriteLoop(session)) { IsBackground = true, Name = "sqlite-writer" };
        _writer.Start();
    }

    /// <summary>Runs a query.</summary>
    internal T Read<T>(Func<SqliteSession, T> query)
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        if (!_readers.TryTake(out var session)) session = new SqliteSession(_connectionString);
        try
        {
            return query(session);
        }
        finally
        {
            if (_disposed || _readers.Count >= MostIdleReaders) session.Dispose();
            else _readers.Add(session);
        }
    }

    /// <summary>
    /// Runs a change and completes when it is on the disk. Several changes may share a transaction, and one that fails makes the
    /// others run again: a change does nothing but talk to the session.
    /// </summary>
    internal Task<T> WriteAsync<T>(Func<SqliteSession, T> change, CancellationToken cancellation)
    {
        cancellation.ThrowIfCancellationRequested();
        var write = new Write<T>(change);
        try
        {
            // Blocks when the disk cannot keep up at all, which slows the callers down: the wanted back-pressure.
            _writes.Add(write, cancellation);
        }
        catch (InvalidOperationException)
        {
            throw new ObjectDisposedException(nameof(SqliteDatabase));
        }

        return write.Done.Task;
    }

    /// <summary>Finishes the writes that wait, then closes the file.</summary>
    public void Dispose()
    {
        if (_disposed) return;
        _disposed = true;
        _writes.CompleteAdding();
        _writer.Join();
        while (_readers.TryTake(out var session)) session.Dispose();
        _writes.Dispose();
    }

    private void WriteLoop(SqliteSession session)
    {
        var batch = new List<IWrite>(MostWritesInATransaction);
        using (session)
        {
            foreach (var first in _writes.GetConsumingEnumerable())
            {
                batch.Add(first);
                while (batch.Count < MostWritesInATransaction && _writes.TryTake(out var next)) batch.Add(next);
                if (Commit(session, batch) is { } error)
                {
                    // Somebody's change is at fault, or the disk. Alone, each gets its own result or its own error.
                    foreach (var write in batch)
                        if (batch.Count == 1) write.Fail(error);
                        else if (Commit(session, [write]) is { } own) write.Fail(own);
                        else write.Succeed();
                }
                else
                {
                    foreach (var write in batch) write.Succeed();
                }

                batch.Clear();
            }
        }
    }

    private static Exception? Commit(SqliteSession session, List<IWrite> batch)
    {
        try
        {
            session.Execute("BEGIN IMMEDIATE");
            foreach (var write in batch) write.Run(session);
            session.Execute("COMMIT");
            return null;
        }
        catch (Exception e)
        {
            try
            {
                session.Execute("ROLLBACK");
            }
            catch (SqliteException)
            {
                // SQLite had rolled back by itself, or never begun.
            }

            return e;
        }
    }

    private interface IWrite
    {
        void Run(SqliteSession session);

        void Succeed();

        void Fail(Exception error);
    }

    private sealed class Write<T>(Func<SqliteSession, T> change) : IWrite
    {
        private T? _result;

        public TaskCompletionSource<T> Done { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public void Run(SqliteSession session) => _result = change(session);

        public void Succeed() => Done.SetResult(_result!);

        public void Fail(Exception error) => Done.SetException(error);
    }
}
