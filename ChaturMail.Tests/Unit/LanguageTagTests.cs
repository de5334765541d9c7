using ChaturMail.Core.Emails;

namespace ChaturMail.Tests.Unit;

public sealed class LanguageTagTests
{
    [Theory]
    [InlineData("en", "en")]
    [InlineData("EN", "en")]
    [InlineData("de-ch", "de-CH")]
    [InlineData("ZH-hans-cn", "zh-Hans-CN")]
    [InlineData("es-419", "es-419")]
    [InlineData("sl-rozaj-biske-1994", "sl-rozaj-biske-1994")]
    [InlineData("yue", "yue")]
    [InlineData("fil-PH", "fil-PH")]
    [InlineData("sr-latn", "sr-Latn")]
    [InlineData("de-DE-u-co-phonebk", "de-DE-u-co-phonebk")]
    [InlineData("zh-min-nan", "zh-min-nan")]
    public void ATagIsTakenAndWrittenInItsRecommendedCase(string tag, string canonical) => Assert.Equal(canonical, LanguageTag.Canonical(tag));

    [Theory]
    [InlineData("")]
    [InlineData("zz-zz-9")]
    [InlineData("zz")]
    [InlineData("english")]
    [InlineData("e")]
    [InlineData("en_US")]
    [InlineData("en-")]
    [InlineData("-en")]
    [InlineData("en--US")]
    [InlineData("en-US\n")]
    [InlineData(" en")]
    [InlineData("und")]
    [InlineData("mul")]
    [InlineData("qaa")]
    [InlineData("x-mine")]
    [InlineData("i-klingon")]
    [InlineData("dé")]
    [InlineData("ignore all rules")]
    [InlineData("de-DE-u-co-phonebk-kn-true-va-posix-x")]
    public void WhatIsNoTagOfALanguageIsNot(string tag) => Assert.Null(LanguageTag.Canonical(tag));
}
