using ChaturMail.Core.Live;

namespace ChaturMail.Tests.Unit;

public sealed class LivePositionTests
{
    [Theory]
    [InlineData("0", "", 0)]
    [InlineData("0123abcd-0", "0123abcd", 0)]
    [InlineData("0123abcd-17", "0123abcd", 17)]
    [InlineData("0123abcd-2147483647", "0123abcd", int.MaxValue)]
    public void APositionIsReadAsItIsWritten(string text, string run, int count)
    {
        Assert.Equal(new LivePosition(run, count), LivePosition.Parse(text));
        Assert.Equal(text, new LivePosition(run, count).ToString());
    }

    [Theory]
    [InlineData("")]
    [InlineData("1")]
    [InlineData("00")]
    [InlineData("0123abcd")]
    [InlineData("0123abcd-")]
    [InlineData("0123abcd--1")]
    [InlineData("0123abcd-+1")]
    [InlineData("0123abcd- 1")]
    [InlineData("0123abcd-2147483648")]
    [InlineData("0123ABCD-1")]
    [InlineData("0123abc-1")]
    [InlineData("0123abcde-1")]
    [InlineData("0123ab:d-1")]
    [InlineData("0123abcd-1\n")]
    public void AnythingElseIsNone(string text) => Assert.Null(LivePosition.Parse(text));

    [Fact]
    public void ANewRunsNameCanBeReadBack()
    {
        var position = new LivePosition(LivePosition.NewRun(), 3);
        Assert.Equal(position, LivePosition.Parse(position.ToString()));
    }
}
