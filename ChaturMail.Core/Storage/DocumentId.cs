using System.Buffers.Binary;
using System.Security.Cryptography;

namespace ChaturMail.Core.Storage;

/// <summary>
/// Ids in the form of the database in the field: a MongoDB ObjectId as 24 lower-case hexadecimal digits: 4 bytes of Unix seconds,
/// 5 random bytes a process, a 3 byte counter (https://www.mongodb.com/docs/manual/reference/bson-types/#objectid).
/// Ids made by one process sort in the order of their making within a second as well, until the counter wraps.
/// </summary>
public static class DocumentId
{
    private static readonly byte[] Process = RandomNumberGenerator.GetBytes(5);
    private static int _counter = RandomNumberGenerator.GetInt32(1 << 23);

    /// <summary>A new id.</summary>
    public static string New(TimeProvider time)
    {
        Span<byte> id = stackalloc byte[12];
        BinaryPrimitives.WriteUInt32BigEndian(id, (uint)time.GetUtcNow().ToUnixTimeSeconds());
        Process.CopyTo(id[4..]);
        var count = (uint)Interlocked.Increment(ref _counter);
        id[9] = (byte)(count >> 16);
        id[10] = (byte)(count >> 8);
        id[11] = (byte)count;
        return Convert.ToHexStringLower(id);
    }

    /// <summary>True for 24 hexadecimal digits in either case.</summary>
    public static bool IsValid(string id) => id.Length == 24 && id.All(char.IsAsciiHexDigit);
}
