namespace ChaturMail.Core.Queue.Redis;

/// <summary>
/// The steps of <see cref="RedisQueue"/> as Lua scripts: each runs as a whole or, when Redis dies, not at all, so that the stream, the
/// index and the delayed set never disagree. docs/queue.md describes the keys and the states.
/// </summary>
internal static class RedisScripts
{
    /// <summary>What all scripts share. KEYS and the first two ARGV are the same for each; its own values start at ARGV[3].</summary>
    private const string Shared =
        """
        local jobs, index, delayed, dead = KEYS[1], KEYS[2], KEYS[3], KEYS[4]
        local group, consumer = ARGV[1], ARGV[2]

        local function now()
          local t = redis.call('TIME')
          return string.format('%.0f', t[1] * 1000 + math.floor(t[2] / 1000))
        end

        -- What the index knows of a job: w(aiting), h(eld) or d(elayed), its entry in the stream, attempts, time of the first one, holder.
        local function parse(known)
          local state, id, attempts, first, holder = string.match(known or '', '^([whd]) (%S+) (%d+) (%d+) (%S*)$')
          return state, id, tonumber(attempts or 0), first or '0', holder
        end

        local function look(job) return parse(redis.call('HGET', index, job)) end

        local function format(state, id, attempts, first, holder)
          return state .. ' ' .. id .. ' ' .. attempts .. ' ' .. first .. ' ' .. (holder or '')
        end

        local function note(job, ...) redis.call('HSET', index, job, format(...)) end

        local function add(job, attempts, first)
          note(job, 'w', redis.call('XADD', jobs, '*', 'job', job), attempts, first)
        end

        local function drop(id)
          redis.call('XACK', jobs, group, id)
          redis.call('XDEL', jobs, id)
        end

        local function bury(limit, job, reason, attempts, first)
          redis.call('XADD', dead, 'MAXLEN', limit, '*', 'job', job, 'reason', reason, 'attempts', attempts, 'first', first, 'last', now())
        end

        -- The entry of a job that this consumer holds at this attempt. Anybody else's is nil: they have lost it.
        local function held(job, attempt, known)
          local state, id, attempts, first, holder = parse(known or redis.call('HGET', index, job))
          if state == 'h' and attempts == tonumber(attempt) and holder == consumer then return id, first end
        end

        """;

    /// <summary>
    /// ARGV: wake-up channel, jobs. Adds those that are not there, and wakes takers once for all. The index is believed only where it is
    /// right, so that an entry which somebody deleted by hand does not keep its job out of the queue for ever. Gives the number added.
    /// </summary>
    public const string Enqueue = Shared +
        """
        local function is_there(job, state, id)
          if state == 'd' then return redis.call('ZSCORE', delayed, job) end
          if state == 'w' then return #redis.call('XRANGE', jobs, id, id) > 0 end
          if state == 'h' and #redis.call('XPENDING', jobs, group, id, id, 1) > 0 then return true end
          if state == 'h' then redis.call('XDEL', jobs, id) end
          return false
        end

        local asked, notes, seen = { unpack(ARGV, 4) }, {}, {}
        for i, known in ipairs(redis.call('HMGET', index, unpack(asked))) do
          local job = asked[i]
          local state, id, attempts, first = parse(known)
          if not seen[job] and not is_there(job, state, id) then
            notes[#notes + 1] = job
            notes[#notes + 1] = format('w', redis.call('XADD', jobs, '*', 'job', job), attempts, first)
          end
          seen[job] = true
        end
        if #notes > 0 then
          redis.call('HSET', index, unpack(notes))
          redis.call('PUBLISH', ARGV[3], '')
        end
        return #notes / 2
        """;

    /// <summary>
    /// ARGV: the most to take, the lease in milliseconds or 0 to leave abandoned entries for another time, bound of the dead letters.
    /// Gives 1 when there are no abandoned entries besides those it gives, else 0; then jobs and attempts by turns: abandoned ones first,
    /// then those that wait. Due delayed ones join the stream before that.
    /// </summary>
    public const string Take = Shared +
        """
        local most, lease, limit = tonumber(ARGV[3]), tonumber(ARGV[4]), ARGV[5]
        local at, taken, looked_at_all = now(), {}, 0

        local function job_of(fields)
          for i = 1, #fields, 2 do
            if fields[i] == 'job' and #fields[i + 1] <= 64 and string.find(fields[i + 1], '^[%w_-]+$') then return fields[i + 1] end
          end
        end

        local function give(entries)
          local ids, asked, notes = {}, {}, {}
          for _, entry in ipairs(entries) do
            local job = job_of(entry[2])
            if not job then
              -- Not ours, and nothing that a worker could do: out of the way with it, named by its entry.
              bury(limit, entry[1], 'unreadable entry', 0, at)
              drop(entry[1])
            elseif ids[job] then
              drop(entry[1])
            else
              ids[job] = entry[1]
              asked[#asked + 1] = job
            end
          end
          if #asked == 0 then return end
          for i, known in ipairs(redis.call('HMGET', index, unpack(asked))) do
            local job, id = asked[i], ids[asked[i]]
            local state, other, attempts, first = parse(known)
            if state and other ~= id then
              -- Another entry stands for this job: this one is a copy.
              drop(id)
            else
              notes[#notes + 1] = job
              notes[#notes + 1] = format('h', id, attempts + 1, first == '0' and at or first, consumer)
              taken[#taken + 1] = job
              taken[#taken + 1] = attempts + 1
            end
          end
          if #notes > 0 then redis.call('HSET', index, unpack(notes)) end
        end

        local function free() return most - #taken / 2 end

        if lease > 0 then
          local cursor = '0-0'
          repeat
            local page = redis.call('XAUTOCLAIM', jobs, group, consumer, lease, cursor, 'COUNT', free())
            cursor = page[1]
            give(page[2])
          until cursor == '0-0' or free() == 0
          if cursor == '0-0' then looked_at_all = 1 end
        end

        for _, job in ipairs(redis.call('ZRANGEBYSCORE', delayed, '-inf', at, 'LIMIT', 0, 1000)) do
          redis.call('ZREM', delayed, job)
          local state, _, attempts, first = look(job)
          if state == 'd' then add(job, attempts, first) end
        end

        -- Unreadable entries take no slot, so it may need more than one look; a thousand pages of them wait for the next call.
        for _ = 1, 1000 do
          if free() == 0 then break end
          local reply = redis.call('XREADGROUP', 'GROUP', group, consumer, 'COUNT', free(), 'STREAMS', jobs, '>')
          if not reply then break end
          give(reply[1][2])
        end
        return { looked_at_all, taken }
        """;

    /// <summary>ARGV: jobs and attempts by turns. Claiming an entry for oneself sets its idle time to nothing; JUSTID counts no delivery.</summary>
    public const string Extend = Shared +
        """
        for i = 3, #ARGV, 2 do
          local id = held(ARGV[i], ARGV[i + 1])
          if id then redis.call('XCLAIM', jobs, group, consumer, 0, id, 'JUSTID') end
        end
        return 0
        """;

    /// <summary>ARGV: jobs and attempts by turns. Leaves nothing of the jobs in Redis.</summary>
    public const string Acknowledge = Shared +
        """
        local asked, ids, ended = {}, {}, {}
        for i = 3, #ARGV, 2 do asked[#asked + 1] = ARGV[i] end
        for i, known in ipairs(redis.call('HMGET', index, unpack(asked))) do
          local id = held(asked[i], ARGV[2 * i + 2], known)
          if id then
            ids[#ids + 1] = id
            ended[#ended + 1] = asked[i]
          end
        end
        if #ids > 0 then
          redis.call('XACK', jobs, group, unpack(ids))
          redis.call('XDEL', jobs, unpack(ids))
          redis.call('HDEL', index, unpack(ended))
        end
        return 0
        """;

    /// <summary>ARGV: job, attempt, delay in milliseconds, wake-up channel.</summary>
    public const string Retry = Shared +
        """
        local id, first = held(ARGV[3], ARGV[4])
        if not id then return 0 end
        drop(id)
        redis.call('ZADD', delayed, now() + ARGV[5], ARGV[3])
        note(ARGV[3], 'd', '-', ARGV[4], first)
        if tonumber(ARGV[5]) == 0 then redis.call('PUBLISH', ARGV[6], '') end
        return 1
        """;

    /// <summary>ARGV: job, attempt, wake-up channel.</summary>
    public const string Release = Shared +
        """
        local id, first = held(ARGV[3], ARGV[4])
        if not id then return 0 end
        drop(id)
        add(ARGV[3], ARGV[4] - 1, first)
        redis.call('PUBLISH', ARGV[5], '')
        return 1
        """;

    /// <summary>ARGV: job, attempt, reason, bound of the dead letters.</summary>
    public const string Bury = Shared +
        """
        local id, first = held(ARGV[3], ARGV[4])
        if not id then return 0 end
        drop(id)
        redis.call('HDEL', index, ARGV[3])
        bury(ARGV[6], ARGV[3], ARGV[5], ARGV[4], first)
        return 1
        """;

    /// <summary>ARGV: job, attempt. 1 while this consumer holds it.</summary>
    public const string Holds = Shared + "return held(ARGV[3], ARGV[4]) and 1 or 0";

    /// <summary>ARGV: job. Removes its dead letters, and gives their number. There are some thousand at most, so all are looked at.</summary>
    public const string DropDead = Shared +
        """
        local dropped = 0
        for _, letter in ipairs(redis.call('XRANGE', dead, '-', '+')) do
          for i = 1, #letter[2], 2 do
            if letter[2][i] == 'job' and letter[2][i + 1] == ARGV[3] then dropped = dropped + redis.call('XDEL', dead, letter[1]) end
          end
        end
        return dropped
        """;

    /// <summary>Gives how many wait (the delayed ones with them), are held, are dead and are delayed, and the age in ms of the oldest that could be taken.</summary>
    public const string Measure = Shared +
        """
        local pending = redis.call('XPENDING', jobs, group)[1]
        -- Somebody may have deleted entries that are held.
        local waiting = math.max(0, redis.call('XLEN', jobs) - pending)
        local later, age = redis.call('ZCARD', delayed), 0
        for _, row in ipairs(redis.call('XINFO', 'GROUPS', jobs)) do
          local of = {}
          for i = 1, #row, 2 do of[row[i]] = row[i + 1] end
          local oldest = of.name == group and redis.call('XRANGE', jobs, '(' .. of['last-delivered-id'], '+', 'COUNT', 1)[1]
          if oldest then age = math.max(0, now() - string.match(oldest[1], '%d+')) end
        end
        return { waiting + later, pending, redis.call('XLEN', dead), later, age }
        """;

    /// <summary>
    /// ARGV: idle time in milliseconds. Removes consumers of processes that are gone. One that still holds something stays, for
    /// XGROUP DELCONSUMER would throw that away; looking and removing are one step, so nothing can be taken between them.
    /// </summary>
    public const string RemoveGoneConsumers = Shared +
        """
        local removed = 0
        for _, row in ipairs(redis.call('XINFO', 'CONSUMERS', jobs, group)) do
          local of = {}
          for i = 1, #row, 2 do of[row[i]] = row[i + 1] end
          if of.pending == 0 and of.idle >= tonumber(ARGV[3]) and of.name ~= consumer then
            redis.call('XGROUP', 'DELCONSUMER', jobs, group, of.name)
            removed = removed + 1
          end
        end
        return removed
        """;

    /// <summary>
    /// ARGV: the jobs that this consumer knows it holds. What it holds besides came with an answer that never arrived: back it goes, and
    /// the attempt does not count. At most a thousand a call; the lease sees to more.
    /// </summary>
    public const string ReleaseUnknown = Shared +
        """
        local mine = {}
        for i = 3, #ARGV do mine[ARGV[i]] = true end
        local released = 0
        for _, pending in ipairs(redis.call('XPENDING', jobs, group, '-', '+', 1000, consumer)) do
          local entry = redis.call('XRANGE', jobs, pending[1], pending[1])[1]
          local job = entry and entry[2][2]
          local state, id, attempts, first = look(job or '')
          if state == 'h' and id == pending[1] and not mine[job] then
            drop(id)
            add(job, math.max(0, attempts - 1), first)
            released = released + 1
          end
        end
        return released
        """;
}
