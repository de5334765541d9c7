using System.Security.Cryptography;
using System.Text;
using ChaturMail.Core.Identity.SecondFactor;

namespace ChaturMail.Tests.Unit.SecondFactor;

public sealed class TotpTests
{
    private static readonly byte[] Secret = "12345678901234567890"u8.ToArray();

    [Fact]
    public void TheValuesOfRfc4226AppendixD()
    {
        string[] expected = ["755224", "287082", "359152", "969429", "338314", "254676", "287922", "162583", "399871", "520489"];
        Assert.Equal(expected, Enumerable.Range(0, 10).Select(counter => Totp.CodeAt(Secret, counter)));
    }

    [Theory]
    [InlineData(59, "94287082", "46119246", "90693936")]
    [InlineData(1111111109, "07081804", "68084774", "25091201")]
    [InlineData(1111111111, "14050471", "67062674", "99943326")]
    [InlineData(1234567890, "89005924", "91819424", "93441116")]
    [InlineData(2000000000, "69279037", "90698825", "38618901")]
    [InlineData(20000000000, "65353130", "77737706", "47863826")]
    public void TheValuesOfRfc6238AppendixB(long seconds, string sha1, string sha256, string sha512)
    {
        var steps = Totp.StepAt(DateTimeOffset.FromUnixTimeSeconds(seconds));
        Assert.Equal(sha1, Totp.CodeAt(Secret, steps, 8));
        Assert.Equal(sha256, Totp.CodeAt(Repeated(32), steps, 8, HashAlgorithmName.SHA256));
        Assert.Equal(sha512, Totp.CodeAt(Repeated(64), steps, 8, HashAlgorithmName.SHA512));
    }

    [Theory]
    [InlineData(-2, false)]
    [InlineData(-1, true)]
    [InlineData(0, true)]
    [InlineData(1, true)]
    [InlineData(2, false)]
    public void ACodeOfTheStepsAroundNowMatchesAndTellsItsStep(int offset, bool matches)
    {
        var now = DateTimeOffset.FromUnixTimeSeconds(1_800_000_000);
        var sent = Totp.StepAt(now) + offset;
        Assert.Equal(matches ? sent : null, Totp.Match(Secret, Totp.CodeAt(Secret, sent), now));
    }

    [Theory]
    [InlineData("")]
    [InlineData("94287082")]
    [InlineData("28708")]
    [InlineData("２８７０８２")]
    [InlineData("287082 ")]
    public void AnythingButItsSixDigitsDoesNotMatch(string code) => Assert.Null(Totp.Match(Secret, code, DateTimeOffset.FromUnixTimeSeconds(59)));

    [Fact]
    public void TheAddressForAppsNamesIssuerAccountAndSecret() => Assert.Equal(
        "otpauth://totp/Chatur%20Mail:asha.rao%40example.com?secret=GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ&issuer=Chatur%20Mail&algorithm=SHA1&digits=6&period=30",
        Totp.Uri("Chatur Mail", "asha.rao@example.com", Secret));

    // RFC 4648, section 10.
    [Theory]
    [InlineData("", "")]
    [InlineData("f", "MY")]
    [InlineData("fo", "MZXQ")]
    [InlineData("foo", "MZXW6")]
    [InlineData("foob", "MZXW6YQ")]
    [InlineData("fooba", "MZXW6YTB")]
    [InlineData("foobar", "MZXW6YTBOI")]
    public void TheValuesOfRfc4648WithoutPadding(string text, string encoded) => Assert.Equal(encoded, Base32.Encode(Encoding.ASCII.GetBytes(text)));

    private static byte[] Repeated(int length) => [.. Enumerable.Range(0, length).Select(i => (byte)('0' + ((i + 1) % 10)))];
}
