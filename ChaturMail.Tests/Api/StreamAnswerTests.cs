using ChaturMail.Core.Language;
using ChaturMail.Tests.Support;
using Microsoft.Extensions.DependencyInjection;

namespace ChaturMail.Tests.Api;

/// <summary>What becomes of a stream whose account is not there to the end.</summary>
public sealed class StreamAnswerTests
{
    [Fact]
    public async Task TheStreamOfADeletedAccountEndsWhileTheModelStillWrites()
    {
        var model = new PacedModel(PacedModel.Email);
        await using var api = await TestApi.StartAsync(services => services.AddSingleton<ILanguageModel>(model), "Worker:Grace=00:00:00");
        var token = await api.Client.SignInAsync();
        await using var reader = await LiveReader.OpenAsync(api.Client, token);
        model.Allow(2);
        await reader.ReadToAsync(PacedModel.Email[0].Length);

        await api.Client.PostAsync("/user/deleteUser", new { }, token);

        Assert.Equal("not_authenticated", (await reader.ReadUntilAsync("error"))["code"]!.GetValue<string>());
        Assert.Null(await reader.NextAsync());
        Assert.Equal("not_authenticated", (await LiveReader.RefusedAsync(api.Client, token, new { }, reader.LastId)).Code);
    }
}
