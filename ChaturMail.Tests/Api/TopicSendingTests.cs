using System.Globalization;
using ChaturMail.Core.Scheduling;
using ChaturMail.Core.Storage;
using ChaturMail.Tests.Support;
using Microsoft.Extensions.DependencyInjection;

namespace ChaturMail.Tests.Api;

/// <summary>What a topic sends is a schedule of the sender's, and leaves as one.</summary>
public sealed class TopicSendingTests(SignedInApiTests.OneApi one) : SignedInApiTests(one)
{
    [Fact]
    public async Task ADraftThatIsSentIsAScheduleOfItsSender()
    {
        var id = await DraftAsync("maria.lopez@northwind.example");
        var at = TimeProvider.System.GetUtcNow().AddDays(2).ToString("yyyy-MM-dd'T09:00'", CultureInfo.InvariantCulture);

        var sent = (await PostAsync("sendDraft", new { id, version = 1, at, timeZone = "Asia/Kolkata" })).Item["sent"]!;
        var again = (await PostAsync("sendDraft", new { id, version = 1 })).Item["sent"]!;

        Assert.Equal("active", sent["state"]!.GetValue<string>());
        Assert.Equal(sent.ToJsonString(), again.ToJsonString());
        var schedule = (await Client.PostAsync("/schedule/getSchedules", new { }, Token)).Item;
        Assert.Equal(sent["scheduleId"]!.GetValue<string>(), schedule["id"]!.GetValue<string>());
        Assert.Equal(("Asia/Kolkata", "Prices", "Dear Maria."), (Text("timeZone"), Text("subject"), Text("text")));
        Assert.Equal("maria.lopez@northwind.example", Assert.Single(schedule["to"]!.AsArray())!.GetValue<string>());

        // Called off, it may be sent again.
        await Client.PostAsync("/schedule/cancelSchedule", new { id = Text("id") }, Token);
        Assert.Equal("cancelled", (await PostAsync("getTopic", new { id })).Item["sent"]!["state"]!.GetValue<string>());
        var second = (await PostAsync("sendDraft", new { id, version = 1, at, timeZone = "Asia/Kolkata" })).Item["sent"]!;
        Assert.NotEqual(Text("id"), second["scheduleId"]!.GetValue<string>());

        // With the schedule gone nobody knows what became of it.
        await new Documents<Schedule>(Api.App.Services.GetRequiredService<IDocumentStore>(), Schedule.Kind).ChangeAsync(
            second["scheduleId"]!.GetValue<string>(), _ => new Decision<Schedule, string>("") { Delete = true }, default);
        var gone = await PostAsync("sendDraft", new { id, version = 1 });
        Assert.Equal("unknown", gone.Item["sent"]!["state"]!.GetValue<string>());
        Assert.StartsWith("This version was handed over before", gone.Message, StringComparison.Ordinal);

        string Text(string field) => schedule[field]!.GetValue<string>();
    }

    [Fact]
    public async Task WhatSchedulingRefusesIsNotSent()
    {
        var id = await DraftAsync("maria");
        Assert.Equal("draft_incomplete", (await Client.PostAsync("/topic/sendDraft", new { id, version = 1 }, Token)).Code);
        await PostAsync("saveDraft", new { id, version = 1, toEmail = "maria@example.com" });
        foreach (var (at, timeZone) in new[] { ("2001-01-01T09:00", "UTC"), ("tomorrow", "UTC"), ("2030-01-01T09:00", "Nowhere/Else"), ("9999-12-31T23:30", "America/New_York") })
            Assert.Equal("schedule_time_invalid", (await Client.PostAsync("/topic/sendDraft", new { id, version = 2, at, timeZone }, Token)).Code);
        Assert.Null((await PostAsync("getTopic", new { id })).Item["sent"]);
    }

    private async Task<string> DraftAsync(string toEmail)
    {
        var id = (await PostAsync("createTopic", new { partyId = await Parties.MakeAsync(Client, Token), title = "Prices" })).Text("id");
        await PostAsync("saveDraft", new { id, version = 0, toEmail, subject = "Prices", text = "Dear Maria." });
        return id;
    }

    private async Task<ApiAnswer> PostAsync(string route, object body)
    {
        var answer = await Client.PostAsync("/topic/" + route, body, Token);
        Assert.Equal((route, 200, null), (route, answer.HttpStatus, answer.Code));
        return answer;
    }
}
