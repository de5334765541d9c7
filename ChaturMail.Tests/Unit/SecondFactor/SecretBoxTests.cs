using System.Buffers.Text;
using ChaturMail.Core.Identity;
using ChaturMail.Core.Identity.SecondFactor;

namespace ChaturMail.Tests.Unit.SecondFactor;

public sealed class SecretBoxTests
{
    private static readonly byte[] Secret = "a secret"u8.ToArray();
    private static readonly SecretBox Box = new(new DerivedKeys("current", ["previous"]), "totp");

    [Fact]
    public void WhatIsSealedOpensForItsOwnerAloneAndForItsPurpose()
    {
        var text = Box.Seal(Secret, "asha");

        Assert.Equal(Secret, Box.Open(text, "asha", out var isOld));
        Assert.False(isOld);
        Assert.Null(Box.Open(text, "maria", out _));
        Assert.Null(new SecretBox(new DerivedKeys("current", []), "challenge").Open(text, "asha", out _));
        Assert.Null(new SecretBox(new DerivedKeys("another", []), "totp").Open(text, "asha", out _));
        Assert.NotEqual(text, Box.Seal(Secret, "asha"));
    }

    [Fact]
    public void APreviousKeyOpensAndIsToldOf()
    {
        var text = new SecretBox(new DerivedKeys("previous", []), "totp").Seal(Secret, "asha");
        Assert.Equal(Secret, Box.Open(text, "asha", out var isOld));
        Assert.True(isOld);
    }

    [Fact]
    public void AChangeOfAnyByteIsNoticed()
    {
        var bytes = Base64Url.DecodeFromChars(Box.Seal(Secret, "asha"));
        for (var i = 0; i < bytes.Length; i++)
        {
            bytes[i] ^= 1;
            Assert.Null(Box.Open(Base64Url.EncodeToString(bytes), "asha", out _));
            bytes[i] ^= 1;
        }
    }

    [Theory]
    [InlineData("")]
    [InlineData("AAAA")]
    [InlineData("not base64url!")]
    [InlineData("AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA")]
    public void AnythingElseDoesNotOpen(string text) => Assert.Null(Box.Open(text, "asha", out _));

    [Fact]
    public void RecoveryCodesAreDistinctAndTypedHoweverTheUserLikes()
    {
        var codes = RecoveryCodes.New();

        Assert.Equal((RecoveryCodes.Count, RecoveryCodes.Count), (codes.Count, codes.Distinct().Count()));
        Assert.All(codes, code => Assert.Matches("^([A-Z2-7]{4}-){3}[A-Z2-7]{4}$", code));
        var digest = RecoveryCodes.DigestOf("asha", codes[0]);
        Assert.Equal(digest, RecoveryCodes.DigestOf("asha", codes[0].Replace("-", " ", StringComparison.Ordinal).ToLowerInvariant()));
        Assert.NotEqual(digest, RecoveryCodes.DigestOf("maria", codes[0]));
        Assert.Null(RecoveryCodes.DigestOf("asha", codes[0] + "A"));
        Assert.Null(RecoveryCodes.DigestOf("asha", "ABCD-EFGH-IJKL-MNOé"));
    }
}
