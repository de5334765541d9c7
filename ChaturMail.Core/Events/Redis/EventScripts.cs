namespace ChaturMail.Core.Events.Redis;

/// <summary>The steps of <see cref="RedisEventStream"/> as Lua scripts: each runs as a whole. docs/events.md describes the keys.</summary>
internal static class EventScripts
{
    /// <summary>
    /// KEYS: stream, relay's lease, sequence. ARGV: relay, its lease in milliseconds, bound of the stream, wake-up channel, then id, type, subject, actor, time
    /// and data of each event. Gives 0 when another relay has the lease. The sequence begins at the time in microseconds, so that it does not show a number twice
    /// after a loss of data.
    /// </summary>
    public const string Publish =
        """
        local holder = redis.call('GET', KEYS[2])
        if holder and holder ~= ARGV[1] then return 0 end
        redis.call('SET', KEYS[2], ARGV[1], 'PX', ARGV[2])
        local t = redis.call('TIME')
        redis.call('SET', KEYS[3], string.format('%.0f', t[1] * 1000000 + t[2]), 'NX')
        for i = 5, #ARGV, 6 do
          redis.call('XADD', KEYS[1], 'MAXLEN', '~', ARGV[3], '*',
            'specversion', '1.0', 'id', ARGV[i], 'source', 'chaturmail', 'type', ARGV[i + 1], 'subject', ARGV[i + 2], 'actor', ARGV[i + 3],
            'time', ARGV[i + 4], 'sequence', string.format('%020.0f', redis.call('INCR', KEYS[3])), 'datacontenttype', 'application/json', 'data', ARGV[i + 5])
        end
        redis.call('PUBLISH', ARGV[4], '')
        return 1
        """;

    /// <summary>
    /// KEYS: stream. ARGV: group, member, the most to give, the lease in milliseconds or 0 to leave what others have lost for another time. Gives 1 when there is
    /// nothing more that others have lost, else 0; then place, deliveries and fields of each.
    /// </summary>
    public const string Read =
        """
        local stream, group, member, most, lease = KEYS[1], ARGV[1], ARGV[2], tonumber(ARGV[3]), tonumber(ARGV[4])
        local given, looked_at_all = {}, 0

        if lease > 0 then
          local cursor = '0-0'
          repeat
            local page = redis.call('XAUTOCLAIM', stream, group, member, lease, cursor, 'COUNT', most - #given)
            cursor = page[1]
            for _, entry in ipairs(page[2]) do
              local pending = redis.call('XPENDING', stream, group, entry[1], entry[1], 1)[1]
              given[#given + 1] = { entry[1], pending and pending[4] or 1, entry[2] }
            end
          until cursor == '0-0' or #given >= most
          if cursor == '0-0' then looked_at_all = 1 end
        end

        if #given < most then
          local reply = redis.call('XREADGROUP', 'GROUP', group, member, 'COUNT', most - #given, 'STREAMS', stream, '>')
          for _, entry in ipairs(reply and reply[1][2] or {}) do given[#given + 1] = { entry[1], 1, entry[2] } end
        end
        return { looked_at_all, given }
        """;

    /// <summary>KEYS: stream. ARGV: group, member, places. Claiming an entry for oneself sets its idle time to nothing; JUSTID counts no delivery.</summary>
    public const string Extend =
        """
        for i = 3, #ARGV do
          local pending = redis.call('XPENDING', KEYS[1], ARGV[1], ARGV[i], ARGV[i], 1)[1]
          if pending and pending[2] == ARGV[2] then redis.call('XCLAIM', KEYS[1], ARGV[1], ARGV[2], 0, ARGV[i], 'JUSTID') end
        end
        return 0
        """;

    /// <summary>KEYS: stream, dead events. ARGV: group, place, bound of the dead events, id, type, subject, reason, deliveries.</summary>
    public const string Bury =
        """
        redis.call('XACK', KEYS[1], ARGV[1], ARGV[2])
        redis.call('XADD', KEYS[2], 'MAXLEN', ARGV[3], '*', 'group', ARGV[1], 'id', ARGV[4], 'type', ARGV[5], 'subject', ARGV[6], 'reason', ARGV[7], 'deliveries', ARGV[8])
        return 0
        """;

    /// <summary>
    /// KEYS: stream, dead events. Gives the lengths of both; then of each group its name, the events that it was not given, those in its hands, and the age in
    /// milliseconds of the oldest of the first. Redis cannot always tell how many they are: then they are counted, up to 10,000.
    /// </summary>
    public const string Measure =
        """
        local t = redis.call('TIME')
        local now = t[1] * 1000 + math.floor(t[2] / 1000)
        local groups, rows = {}, redis.pcall('XINFO', 'GROUPS', KEYS[1])
        for _, row in ipairs(rows.err and {} or rows) do
          local of = {}
          for i = 1, #row, 2 do of[row[i]] = row[i + 1] end
          local after = '(' .. of['last-delivered-id']
          local oldest = redis.call('XRANGE', KEYS[1], after, '+', 'COUNT', 1)[1]
          local lag = of.lag or #redis.call('XRANGE', KEYS[1], after, '+', 'COUNT', 10000)
          groups[#groups + 1] = { of.name, lag, of.pending, oldest and math.max(0, now - string.match(oldest[1], '%d+')) or 0 }
        end
        return { redis.call('XLEN', KEYS[1]), redis.call('XLEN', KEYS[2]), groups }
        """;

    /// <summary>
    /// KEYS: stream, dead events. ARGV: the first entry to keep, idle time in milliseconds from which a member is gone. A member that holds something stays, for
    /// XGROUP DELCONSUMER would throw that away.
    /// </summary>
    public const string Trim =
        """
        redis.call('XTRIM', KEYS[1], 'MINID', ARGV[1])
        redis.call('XTRIM', KEYS[2], 'MINID', ARGV[1])
        local groups = redis.pcall('XINFO', 'GROUPS', KEYS[1])
        for _, group in ipairs(groups.err and {} or groups) do
          for _, row in ipairs(redis.call('XINFO', 'CONSUMERS', KEYS[1], group[2])) do
            local of = {}
            for i = 1, #row, 2 do of[row[i]] = row[i + 1] end
            if of.pending == 0 and of.idle >= tonumber(ARGV[2]) then redis.call('XGROUP', 'DELCONSUMER', KEYS[1], group[2], of.name) end
          end
        end
        return 0
        """;
}
