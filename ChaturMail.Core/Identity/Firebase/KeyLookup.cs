using System.Security.Cryptography;

namespace ChaturMail.Core.Identity.Firebase;

/// <summary>What came of looking for a published key by its id.</summary>
public abstract record KeyLookup
{
    private KeyLookup() { }

    /// <summary>The key is published.</summary>
    /// <param name="Key">
    /// Modulus and exponent, not an <see cref="RSA"/>: those are not promised to be safe for concurrent use, and would have to outlive
    /// the set that they came in.
    /// </param>
    public sealed record Found(RSAParameters Key) : KeyLookup;

    /// <summary>The published keys are known, and it is not among them.</summary>
    public sealed record Unknown : KeyLookup
    {
        /// <summary>The only one that is needed.</summary>
        public static readonly Unknown Instance = new();
    }

    /// <summary>Which keys are published is not known now.</summary>
    /// <param name="Reason">For the log.</param>
    public sealed record Unavailable(string Reason) : KeyLookup;
}
