using System.Security.Cryptography;
using ChaturMail.Core.Identity;

namespace ChaturMail.Tests.Unit.Identity;

public sealed class SessionKeyTests
{
    [Theory]
    [InlineData(null, "not set"), InlineData("", "not set"), InlineData("                                    ", "not set")]
    [InlineData("secret", "32 bytes"), InlineData("mT4zq9Lr0vXc7Kp2Ws8Yb5Nd1Hf6Jg3", "32 bytes")]
    [InlineData("aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa", "distinct"), InlineData("secretsecretsecretsecretsecretsecret", "distinct")]
    [InlineData("changemechangemechangemechangemechangeme", "distinct")]
    [InlineData("correct-Horse-91correct-Horse-91correct-Horse-91", "repeated")]
    [InlineData("Xk93-pQ7!zLXk93-pQ7!zLXk93-pQ7!zL", "repeated")]
    [InlineData("Xk93-pQ7!zLXk93-pQ7!zLXk93-pQ7!zLXk9", "repeated")]
    [InlineData("a-string-secret-at-least-256-bits-long", "sample"), InlineData("your-super-secret-jwt-key-change-me-please", "sample")]
    [InlineData("0123456789abcdef0123456789ABCDEF", "sample"), InlineData("abcdefghijklmnopqrstuvwxyz0123456789", "sample")]
    [InlineData("ChangeMe-ChangeMe-ChangeMe-In-Production-123", "sample")]
    [InlineData("this_is_my_very_secret_key_for_chaturmail_dev", "sample")]
    [InlineData("AyM1SysPpbyDfgZld3umj1qzKObwVMkoqQ-EstJQLr_T-1qS0gZH75aKtMN3Yj0iPS4hcgUuTwjAzZr1Z9CAow", "sample")]
    public void AWeakKeyIsToldInASentenceThatNamesTheSettingAlone(string? key, string part)
    {
        var problem = SessionKey.Check(key);

        Assert.NotNull(problem);
        Assert.StartsWith("JWT_KEY ", problem, StringComparison.Ordinal);
        Assert.Contains(part, problem, StringComparison.Ordinal);
        Assert.EndsWith(".", problem, StringComparison.Ordinal);
        if (key is { Length: >= 32 } && key.Trim().Length > 0) Assert.DoesNotContain(key, problem, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("mT4zq9Lr0vXc7Kp2Ws8Yb5Nd1Hf6Jg3A"), InlineData("ключ-из-кириллицы-подлиннее")]
    public void AKeyOf32BytesThatCannotBeGuessedIsFine(string key) => Assert.Null(SessionKey.Check(key));

    [Fact]
    public void RandomKeysAreFine()
    {
        for (var round = 0; round < 500; round++)
        {
            Assert.Null(SessionKey.Check(Convert.ToBase64String(RandomNumberGenerator.GetBytes(32))));
            Assert.Null(SessionKey.Check(Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(32))));
        }
    }

    [Fact]
    public void ARandomKeyWrittenTwiceIsFine()
    {
        var key = Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(32));

        Assert.Null(SessionKey.Check(key + key));
    }
}
