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

    // https://www.sqlite.org/rescode.html
    private const int SqliteBusy = 5;
    private const int SqliteIoError = 10;
    private const int SqliteFull = 13;

    private readonly string _connectionString;
    private readonly ConcurrentBag<SqliteSession> _readers = [];
    private int _idleReaders;
    private readonly BlockingCollection<IWrite> _writes = new(MostWaitingWrites);
    private readonly Thread _writer;
    // Others that have not written for so many transactions do not write any more, rather than that they find no turn.
    private const int MostTurnsAlone = 20;

    private static readonly ManualResetEvent Never = new(false);

    private readonly Lock _watchGate = new();
    private SqliteSession? _watch;
    private long _othersVersion;
    private int _othersWrote;
    private bool _disposed;

    /// <summary>Opens the file, and makes it and its folder where they are missing.</summary>
    /// <exception cref="SqliteException">It is no database, or cannot be written.</exception>
    /// <exception cref="InvalidOperationException">It was written by a newer version of this program.</exception>
    public SqliteDatabase(string path)
    {
        var folder = Path.GetDirectoryName(Path.GetFullPath(path))!;
        // Everybody's emails are in it.
        if (OperatingSystem.IsWindows()) Directory.CreateDirectory(folder);
        else Directory.CreateDirectory(folder, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        // The package's own retries come on top of SQLite's waiting (busy_timeout) and would multiply it.
        _connectionString = new SqliteConnectionStringBuilder { DataSource = path, Pooling = false, DefaultTimeout = 1 }.ToString();
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
        if (_readers.TryTake(out var session)) Interlocked.Decrement(ref _idleReaders);
        else session = new SqliteSession(_connectionString);
        try
        {
            return query(session);
        }
        finally
        {
            if (!_disposed && Interlocked.Increment(ref _idleReaders) <= MostIdleReaders)
            {
                _readers.Add(session);
            }
            else
            {
                Interlocked.Decrement(ref _idleReaders);
                session.Dispose();
            }
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

    /// <summary>Completes when the database can be written, which it also fails to do when the lock is held elsewhere for too long.</summary>
    public Task ProbeAsync(CancellationToken cancellation) => WriteAsync(_ => true, cancellation);

    /// <summary>
    /// A number that changes with each change of the database by whatever process
    /// (https://www.sqlite.org/pragma.html#pragma_data_version). Only comparing two of one process makes sense.
    /// </summary>
    public long Version()
    {
        lock (_watchGate)
        {
            ObjectDisposedException.ThrowIf(_disposed, this);
            _watch ??= new SqliteSession(_connectionString);
            return (long)_watch.Scalar("PRAGMA data_version")!;
        }
    }

    /// <summary>Finishes the writes that wait, then closes the file.</summary>
    public void Dispose()
    {
        if (_disposed) return;
        _disposed = true;
        _writes.CompleteAdding();
        _writer.Join();
        while (_readers.TryTake(out var session)) session.Dispose();
        lock (_watchGate) _watch?.Dispose();
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
                Settle(session, batch);
                batch.Clear();
                // Another process that waits for the lock would find it taken again, by what has come or is about to; and what comes meanwhile shares a transaction.
                if (OthersWrite(session)) Rest();
            }
        }
    }

    // Since the last time that it was asked, or the time before.
    private bool OthersWrite(SqliteSession session)
    {
        long version;
        try
        {
            version = (long)session.Scalar("PRAGMA data_version")!;
        }
        catch (SqliteException)
        {
            // The next write says what is wrong, to whoever asked for it; nobody hears this thread.
            return false;
        }

        if (version == _othersVersion) return _othersWrote-- > 0;
        (_othersVersion, _othersWrote) = (version, MostTurnsAlone);
        return true;
    }

    // On the writer's own thread.
    private static void Rest() => Never.WaitOne(1);

    private static void Settle(SqliteSession session, List<IWrite> batch)
    {
        var error = Commit(session, batch);
        // Another process that does not let go of the lock, or a full disk, is no change's fault: trying each alone would take for ever.
        var everybodys = batch.Count == 1 || error is SqliteException { SqliteErrorCode: SqliteBusy or SqliteFull or SqliteIoError };
        foreach (var write in batch)
        {
            // Otherwise one change is at fault. Alone, each gets its own result or its own error.
            var own = error is null || everybodys ? error : Commit(session, [write]);
            if (own is null) write.Succeed();
            else write.Fail(own);
        }
    }

    private static Exception? Commit(SqliteSession session, List<IWrite> batch)
    {
        try
        {
            session.BeginWriting(Rest);
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
