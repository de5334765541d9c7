using ChaturMail.Core.Language;

namespace ChaturMail.Tests.Unit.Safety;

public sealed class InvisibleCharactersTests
{
    public static TheoryData<int, int> Ranges => new()
    {
        { 0xE0000, 0xE007F }, { 0xE0080, 0xE00FF }, { 0xE01F0, 0xE0FFF }, { 0x200B, 0x200F }, { 0x202A, 0x202E }, { 0x2060, 0x206F },
        { 0x2066, 0x2069 }, { 0xFEFF, 0xFEFF }, { 0xFFF0, 0xFFFB }, { 0x00AD, 0x00AD }, { 0x034F, 0x034F }, { 0x061C, 0x061C }, { 0x115F, 0x1160 },
        { 0x17B4, 0x17B5 }, { 0x180B, 0x180F }, { 0x3164, 0x3164 }, { 0xFFA0, 0xFFA0 }, { 0x1BCA0, 0x1BCA3 }, { 0x1D173, 0x1D17A }, { 0x2800, 0x2800 },
        { 0xFE00, 0xFE0F }, { 0xE0100, 0xE01EF }, { 0x0000, 0x0008 }, { 0x000E, 0x001F }, { 0x007F, 0x0084 }, { 0x0086, 0x009F }, { 0xFFFE, 0xFFFF },
    };

    [Theory]
    [MemberData(nameof(Ranges))]
    public void EveryInvisibleCharacterGoesFromAmongLatinLetters(int first, int last)
    {
        for (var value = first; value <= last; value++)
        {
            var invisible = char.ConvertFromUtf32(value);
            Assert.True(InvisibleCharacters.Remove($"a{invisible}b{invisible}{invisible}") == "ab", $"U+{value:X4}");
            Assert.True(InvisibleCharacters.Remove(invisible + "a") == "a", $"U+{value:X4} at the start");
        }
    }

    [Theory]
    [InlineData("می‌خواهم")]
    [InlineData("क्‍ष")]
    [InlineData("শ্‌ন")]
    [InlineData("👩‍💻 👨‍👩‍👧 🏳️‍🌈 ❤️ ☎️ ‼️ ℹ️")]
    [InlineData("1️⃣ #️⃣")]
    [InlineData("👍🏽")]
    [InlineData("葛󠄀")]
    [InlineData("≨︀")]
    [InlineData("٪ ۝ ؀")]
    [InlineData("line\nand\ttab")]
    public void WhatAScriptOrAnEmojiNeedsStays(string text) => Assert.Same(text, Same(text));

    [Theory]
    [InlineData("1️", "1")]
    [InlineData("a️b", "ab")]
    [InlineData("🙂󠄁󠄂󠄃", "🙂")]
    [InlineData("🙂️️️", "🙂️")]
    [InlineData("क‍‍‍", "क‍")]
    [InlineData("x‍y‌z", "xyz")]
    [InlineData("🏴󠁧󠁢󠁥󠁮󠁧󠁿", "🏴")]
    public void WhatCouldSpellAHiddenTextGoes(string text, string left) => Assert.Equal(left, InvisibleCharacters.Remove(text));

    // The slow path makes a new string, so equal ones are said to be the same here.
    private static string Same(string text) => InvisibleCharacters.Remove(text) is var clean && clean == text ? text : clean;
}
