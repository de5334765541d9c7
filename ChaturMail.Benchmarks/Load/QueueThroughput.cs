using System.Globalization;
using ChaturMail.Core.Queue;
using ChaturMail.Core.Queue.Redis;
using ChaturMail.Core.Redis;
using Microsoft.Extensions.Logging.Abstractions;
using StackExchange.Redis;

namespace ChaturMail.Benchmarks.Load;

/// <summary>
/// Jobs a second through a queue, the work itself being nothing: the product's queue, and a bare loop of XADD, XREADGROUP and XACK with the
/// same client, the same number of callers at once and as many connections. First all jobs go in, then all are taken and acknowledged, so
/// that neither waits for jobs.
/// </summary>
internal sealed class QueueThroughput(int redisPort, int jobs, int callers, TimeProvider time)
{
    private static readonly TimeSpan Lease = TimeSpan.FromSeconds(30);

    /// <summary>Measures the bare loop.</summary>
    /// <param name="removes">XDEL after XACK, so that nothing of a job is left, as in the product.</param>
    public async Task<QueueRates> BareAsync(bool removes)
    {
        RedisKey stream = "bare:" + Guid.NewGuid().ToString("N");
        using var sender = await ConnectAsync();
        using var taker = await ConnectAsync();
        var (send, take) = (sender.GetDatabase(), taker.GetDatabase());
        await take.ExecuteAsync("XGROUP", "CREATE", stream, "workers", "0", "MKSTREAM");
        var rates = await MeasureAsync(
            job => send.ExecuteAsync("XADD", stream, "*", "job", job),
            async most =>
            {
                var reply = (RedisResult[]?)await take.ExecuteAsync("XREADGROUP", "GROUP", "workers", "c", "COUNT", most, "STREAMS", stream, ">");
                return reply is null ? [] : [.. ((RedisResult[])((RedisResult[])reply[0]!)[1]!).Select(
                    entry => new QueueEntry((string)((RedisResult[])entry!)[0]!, 1))];
            },
            async entry =>
            {
                // Both are on their way at once, as a pipelining client does it.
                var acknowledged = take.ExecuteAsync("XACK", stream, "workers", entry.JobId);
                if (removes) await take.ExecuteAsync("XDEL", stream, entry.JobId);
                await acknowledged;
            });
        await take.KeyDeleteAsync(stream);
        return rates;
    }

    /// <summary>Measures the product's queue.</summary>
    public async Task<QueueRates> ProductAsync()
    {
        var options = Options();
        await using var sender = new RedisConnection(options, time, NullLogger<RedisConnection>.Instance);
        await using var taker = new RedisConnection(options, time, NullLogger<RedisConnection>.Instance);
        using var send = new RedisQueue(sender, options, time, Lease, NullLogger<RedisQueue>.Instance);
        using var take = new RedisQueue(taker, options, time, Lease, NullLogger<RedisQueue>.Instance);
        await take.MeasureAsync(CancellationToken.None);
        return await MeasureAsync(
            job => send.EnqueueAsync(job, CancellationToken.None), most => take.TakeAsync(most, CancellationToken.None),
            entry => take.AcknowledgeAsync(entry, CancellationToken.None));
    }

    /// <summary>Times from the call that enqueues a job to the moment that a waiting worker has it, with nothing else to do.</summary>
    public async Task<Percentiles> PickUpAsync(int samples)
    {
        var options = Options();
        await using var sender = new RedisConnection(options, time, NullLogger<RedisConnection>.Instance);
        await using var taker = new RedisConnection(options, time, NullLogger<RedisConnection>.Instance);
        using var send = new RedisQueue(sender, options, time, Lease, NullLogger<RedisQueue>.Instance);
        using var take = new RedisQueue(taker, options, time, Lease, NullLogger<RedisQueue>.Instance);
        var times = new List<double>();
        for (var i = 0; i < samples + 100; i++)
        {
            var taking = take.TakeAsync(64, CancellationToken.None);
            // By then it has looked, found nothing and waits.
            await Task.Delay(TimeSpan.FromMilliseconds(10), time);
            var started = time.GetTimestamp();
            await send.EnqueueAsync(i.ToString(CultureInfo.InvariantCulture), CancellationToken.None);
            var entries = await taking;
            // The first ones compile the code.
            if (i >= 100) times.Add(time.GetElapsedTime(started).TotalMilliseconds);
            await take.AcknowledgeAsync(entries[0], CancellationToken.None);
        }

        return new Percentiles(times);
    }

    private async Task<QueueRates> MeasureAsync(
        Func<string, Task> enqueue, Func<int, Task<IReadOnlyList<QueueEntry>>> take, Func<QueueEntry, Task> acknowledge)
    {
        var started = time.GetTimestamp();
        var next = -1;
        Exception? failure = null;
        await Task.WhenAll(Enumerable.Range(0, callers).Select(async _ =>
        {
            await Task.Yield();
            while (Interlocked.Increment(ref next) is var job && job < jobs) await enqueue(job.ToString(CultureInfo.InvariantCulture));
        }));
        var enqueued = time.GetElapsedTime(started);

        // The worker's loop: never more taken than there are free slots.
        using var free = new SemaphoreSlim(callers);
        for (var taken = 0; taken < jobs;)
        {
            await free.WaitAsync();
            free.Release();
            foreach (var entry in await take(free.CurrentCount))
            {
                taken++;
                free.Wait(CancellationToken.None);
                _ = EndAsync(entry);
            }
        }

        for (var slot = 0; slot < callers; slot++) await free.WaitAsync();
        if (failure is not null) throw new InvalidOperationException("A job could not be acknowledged.", failure);
        var all = time.GetElapsedTime(started);
        return new QueueRates(jobs / enqueued.TotalSeconds, jobs / (all - enqueued).TotalSeconds, jobs / all.TotalSeconds);

        async Task EndAsync(QueueEntry entry)
        {
            await Task.Yield();
            try
            {
                await acknowledge(entry);
            }
            catch (Exception e)
            {
                // Thrown when all have ended: a slot that did not come back would be waited for without an end.
                Interlocked.CompareExchange(ref failure, e, null);
            }
            finally
            {
                free.Release();
            }
        }
    }

    private RedisOptions Options() => new() { Host = "127.0.0.1", Port = redisPort, KeyPrefix = Guid.NewGuid().ToString("N") };

    private Task<ConnectionMultiplexer> ConnectAsync() =>
        ConnectionMultiplexer.ConnectAsync(string.Create(CultureInfo.InvariantCulture, $"127.0.0.1:{redisPort}"));
}

/// <summary>Jobs a second into the queue, out of it, and both together.</summary>
internal sealed record QueueRates(double In, double Out, double Through);
