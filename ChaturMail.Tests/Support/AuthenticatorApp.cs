using ChaturMail.Core.Identity.SecondFactor;

namespace ChaturMail.Tests.Support;

/// <summary>An authenticator app that was given a secret.</summary>
internal sealed class AuthenticatorApp(string secret, TimeProvider time)
{
    private readonly byte[] _secret = Decode(secret);

    /// <summary>What it shows now, or so many steps from now.</summary>
    public string Show(int stepsAhead = 0) => Totp.CodeAt(_secret, Totp.StepAt(time.GetUtcNow()) + stepsAhead);

    /// <summary>Six digits that it does not show around now.</summary>
    public string Wrong()
    {
        var shown = Enumerable.Range(-2, 5).Select(Show).ToHashSet();
        return Enumerable.Range(0, 10).Select(i => $"00000{i}").First(code => !shown.Contains(code));
    }

    private static byte[] Decode(string base32)
    {
        var bits = string.Concat(base32.Select(c => Convert.ToString("ABCDEFGHIJKLMNOPQRSTUVWXYZ234567".IndexOf(c, StringComparison.Ordinal), 2).PadLeft(5, '0')));
        return [.. bits.Chunk(8).Where(octet => octet.Length == 8).Select(octet => Convert.ToByte(new string(octet), 2))];
    }
}
