using System.Buffers.Binary;
using System.Globalization;
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
    private static int _counter = RandomNumberGenerator.GetInt32(1 << 21) * Spacing;

    /// <summary>The most ids that one request makes: an id and those that follow it.</summary>
    public const int Variants = 3;

    // The counter goes on in steps, so that the ids between two of its own belong to the first's variants.
    private const int Spacing = 4;

    /// <summary>A new id.</summary>
    public static string New(TimeProvider time)
    {
        Span<byte> id = stackalloc byte[12];
        BinaryPrimitives.WriteUInt32BigEndian(id, (uint)time.GetUtcNow().ToUnixTimeSeconds());
        Process.CopyTo(id[4..]);
        var count = (uint)Interlocked.Add(ref _counter, Spacing);
        id[9] = (byte)(count >> 16);
        id[10] = (byte)(count >> 8);
        id[11] = (byte)count;
        return Convert.ToHexStringLower(id);
    }

    /// <summary>
    /// The id of a variant, which follows from that of the first: whoever repeats a request finds all of its jobs.
    /// </summary>
    /// <param name="first">Made by <see cref="New"/>.</param>
    /// <param name="variant">0 for the first itself, less than <see cref="Variants"/>.</param>
    public static string Variant(string first, int variant)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual((uint)variant, (uint)Variants, nameof(variant));
        if (variant == 0) return first;
        var last = Convert.ToByte(first[^2..], 16) + variant;
        if (last > byte.MaxValue) throw new ArgumentException("The id was not made to have variants.", nameof(first));
        return first[..^2] + last.ToString("x2", CultureInfo.InvariantCulture);
    }

    /// <summary>True for 24 hexadecimal digits in either case.</summary>
    public static bool IsValid(string id) => id.Length == 24 && id.All(char.IsAsciiHexDigit);
}
