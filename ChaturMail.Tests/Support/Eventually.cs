namespace ChaturMail.Tests.Support;

/// <summary>Waits for something that another process or thread brings about and that sends no signal of its own.</summary>
internal static class Eventually
{
    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(30);

    /// <summary>Asks until the answer is true; fails after half a minute, or another time.</summary>
    public static async Task TrueAsync(Func<Task<bool>> ask, TimeSpan? longest = null)
    {
        var time = TimeProvider.System;
        var start = time.GetTimestamp();
        while (!await ask())
        {
            Assert.True(time.GetElapsedTime(start) < (longest ?? Longest), "it did not come about in time");
            await Task.Delay(20);
        }
    }
}
