using System.Globalization;
using StackExchange.Redis;

namespace ChaturMail.Tests.Support;

/// <summary>Everything that a Redis holds, to look for what must not be there.</summary>
internal static class RedisContents
{
    // Each key with its value, whatever its type, as one text.
    private const string ReadAll =
        """
        local function flat(value)
          if type(value) ~= 'table' then return tostring(value) end
          local parts = {}
          for i, part in ipairs(value) do parts[i] = flat(part) end
          return table.concat(parts, ' ')
        end
        local read = {
          string = function(key) return redis.call('GET', key) end,
          hash = function(key) return redis.call('HGETALL', key) end,
          set = function(key) return redis.call('SMEMBERS', key) end,
          zset = function(key) return redis.call('ZRANGE', key, 0, -1, 'WITHSCORES') end,
          list = function(key) return redis.call('LRANGE', key, 0, -1) end,
          stream = function(key) return redis.call('XRANGE', key, '-', '+') end,
        }
        local all = {}
        for i, key in ipairs(redis.call('KEYS', '*')) do all[i] = key .. '\n' .. flat(read[redis.call('TYPE', key).ok](key)) end
        return all
        """;

    /// <summary>The keys without their prefix, and what each holds.</summary>
    public static async Task<IReadOnlyDictionary<string, string>> ReadAsync(RedisServer server)
    {
        using var redis = await ConnectionMultiplexer.ConnectAsync("127.0.0.1:" + server.Port.ToString(CultureInfo.InvariantCulture));
        var all = (string[])(await redis.GetDatabase().ScriptEvaluateAsync(ReadAll))!;
        return all.Select(entry => entry.Split('\n', 2)).ToDictionary(entry => entry[0][(entry[0].IndexOf('}', StringComparison.Ordinal) + 2)..], entry => entry[1]);
    }
}
