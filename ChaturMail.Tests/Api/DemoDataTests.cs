using ChaturMail.AppHost;
using ChaturMail.Tests.Support;

namespace ChaturMail.Tests.Api;

/// <summary>The demo user that the AppHost's dashboard offers.</summary>
public sealed class DemoDataTests
{
    [Fact]
    public async Task TheDemoUserHasTheirEmailsAndASecondTimeChangesNothing()
    {
        await using var api = await TestApi.StartAsync();
        for (var time = 0; time < 2; time++)
            Assert.Equal(DemoData.Emails.Count, await DemoData.SeedAsync(api.Client.Http, TestContext.Current.CancellationToken));
        var token = await api.Client.SignInAsync(DemoData.Address);
        Assert.Equal(DemoData.Emails.Count, (await api.Client.HistoryAsync(token)).Count);
    }
}
