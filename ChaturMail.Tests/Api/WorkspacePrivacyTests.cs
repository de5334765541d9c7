using System.Globalization;
using ChaturMail.Core.Events;
using ChaturMail.Core.Privacy;
using ChaturMail.Core.Scheduling;
using ChaturMail.Core.Storage;
using ChaturMail.Core.Storage.Sqlite;
using ChaturMail.Tests.House;
using ChaturMail.Tests.Support;
using Microsoft.Extensions.DependencyInjection;

namespace ChaturMail.Tests.Api;

/// <summary>
/// What two people do together, in their archives and after one of them has gone. The words tell whose a text is: zebra's, which go with them; okapi, zebra's
/// words that are the party's; giraffe's, which zebra sees and which are not zebra's.
/// </summary>
public sealed class WorkspacePrivacyTests
{
    // Kept for seconds only, while a worker is about to carry it out.
    private const string Passing = "translation-task";

    private sealed record Person(TestApi Api, string Token, string Uid)
    {
        public async Task<ApiAnswer> OkAsync(string route, object body)
        {
            var answer = await Api.Client.PostAsync(route, body, Token);
            Assert.Equal((route, 200, null), (route, answer.HttpStatus, answer.Code));
            return answer;
        }

        public async Task<string> MakeAsync(string route, object body) => (await OkAsync(route, body)).Text("id");
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task TheArchiveHasAllThatIsTheUsersAndTheErasureLeavesWhatThePrivacyDocumentSays(bool onRedis)
    {
        await using var redis = onRedis ? await RedisServer.StartAsync() : null;
        await using var model = await ScriptedModelServer.StartAsync(Answers.Text("Wir sehen uns morgen um zehn im Garten."));
        string[] queue = redis is null ? [] : ["REDIS_IP=127.0.0.1", "REDIS_PORT=" + redis.Port.ToString(CultureInfo.InvariantCulture)];
        await using var api = await TestApi.StartAsync(
            ["OPENAI_API_KEY=sk-test", "Models:Routes:Standard=composer", "Models:Routes:Translation=openai", "OpenAI:BaseAddress=" + model.BaseAddress, .. queue]);
        var (zebra, giraffe) = (await PersonAsync(api, "zebra"), await PersonAsync(api, "giraffe"));
        await ShareAsync(zebra, giraffe);
        await WriteTogetherAsync(zebra, giraffe);
        await TalkAsync(zebra, giraffe);
        await ScheduleAsync(zebra);
        await QuietAsync(api);

        // Nothing that the product can hold is missing here.
        Assert.Equal(WorkspaceDocumentTests.Kinds.Except([Passing]).Order(), Kinds(api).Except([Passing]).Order());
        var archive = (await zebra.OkAsync("/user/exportData", new { })).Item;
        Assert.All(api.App.Services.GetServices<IPersonalContent>(), content => Assert.True(archive[content.Section]!.AsArray().Count > 0, content.Section));
        var text = archive.ToJsonString();
        foreach (var words in new[]
                 {
                     "okapi team", "tapir prompt", "okapi topic", "okapi draft", "okapi version", "okapi suggestion", "zebra approves", "okapi group", "zebra in private", "zebra in the group",
                     "zebra in the topic", "zebra by schedule", "zebra report", "zebra-friend@example.org", "Asia/Kolkata", "/attachment/getUrl", "mention", "lastSeenOn", "characters",
                 })
            Assert.Contains(words, text, StringComparison.Ordinal);
        Assert.DoesNotContain("giraffe", text, StringComparison.OrdinalIgnoreCase);

        var files = Files(api).Length;
        await zebra.OkAsync("/user/deleteUser", new { });
        await Eventually.TrueAsync(async () => await api.App.Services.GetRequiredService<IErasureStore>().CountAsync(default) == 0);
        await QuietAsync(api);

        // Of eight pictures, one of which was never finished, one is giraffe's.
        Assert.Equal((8, 1), (files, Files(api).Length));
        if (redis is not null) await NothingIsInRedisAsync(redis, zebra);
        await api.App.StopAsync(TestContext.Current.CancellationToken);
        var left = ErasureTests.Dump(api);
        Assert.DoesNotContain("zebra", left, StringComparison.OrdinalIgnoreCase);
        Assert.DoesNotContain(zebra.Uid, left, StringComparison.Ordinal);
        // The other has lost nothing of theirs, nor the party what was written for it.
        foreach (var words in new[] { "giraffe in private", "giraffe in the group", "giraffe draft", "okapi topic", "okapi version", "okapi suggestion" })
            Assert.Contains(words, left, StringComparison.Ordinal);
    }

    // Parties, prompts, pictures, preferences.
    private static async Task ShareAsync(Person zebra, Person giraffe)
    {
        var (client, own) = (zebra.Api.Client, await zebra.MakeAsync("/party/createParty", new { name = "okapi team" }));
        await Parties.JoinAsync(client, zebra.Token, own, giraffe.Token);
        var others = await giraffe.MakeAsync("/party/createParty", new { name = "tapir team" });
        await Parties.JoinAsync(client, giraffe.Token, others, zebra.Token);
        foreach (var (maker, user, title, guidance, party) in new[]
                 {
                     (zebra, giraffe, "zebra prompt", "zebra guidance", own), (giraffe, zebra, "tapir prompt", "giraffe guidance", others),
                 })
        {
            var prompt = await maker.MakeAsync("/prompt/savePrompt", new { title, guidance });
            await maker.OkAsync("/prompt/sharePrompt", new { id = prompt, partyId = party });
            await user.OkAsync("/email/generateEmail", new { subject = "Leave", keywords = "two days", promptId = prompt, toEmail = "maria@example.org" });
        }

        await Pictures.AddAsync(client, zebra.Token);
        await Pictures.UploadAsync(client, zebra.Token, Pictures.Read("photo.jpg"));
        foreach (var person in new[] { zebra, giraffe })
            await person.OkAsync("/user/setAvatar", new { id = await Pictures.AddAsync(client, person.Token, purpose: "avatar") });
        await zebra.OkAsync("/user/setPreferences", new { language = "de", timeZone = "Asia/Kolkata" });
    }

    private static async Task WriteTogetherAsync(Person zebra, Person giraffe)
    {
        var own = await PartyAsync(zebra, "okapi team");
        var topic = await zebra.MakeAsync("/topic/createTopic", new { partyId = own, title = "okapi topic" });
        await zebra.OkAsync("/topic/saveDraft", new { id = topic, version = 0, subject = "okapi draft", text = "okapi draft" });
        await giraffe.OkAsync("/topic/suggestChange", new { id = topic, version = 1, text = "giraffe suggestion" });
        var id = await giraffe.MakeAsync("/topic/createTopic", new { partyId = await PartyAsync(zebra, "tapir team"), title = "tapir topic" });
        await giraffe.OkAsync("/topic/saveDraft", new { id, version = 0, subject = "giraffe draft", text = "giraffe draft" });
        await zebra.OkAsync("/topic/saveDraft", new { id, version = 1, subject = "okapi version", text = "okapi version" });
        await zebra.OkAsync("/topic/suggestChange", new { id, version = 2, text = "okapi suggestion", note = "okapi note" });
        await giraffe.OkAsync("/topic/saveDraft", new { id, version = 2, text = "giraffe draft, again" });
        await giraffe.OkAsync("/topic/requestApproval", new { id, version = 3, approvers = new[] { zebra.Uid } });
        await zebra.OkAsync("/topic/approveDraft", new { id, version = 3, note = "zebra approves" });
        var conversationId = (await zebra.OkAsync("/topic/getTopic", new { id })).Text("conversationId");
        var picture = await Pictures.AddAsync(zebra.Api.Client, zebra.Token);
        await zebra.OkAsync("/message/sendMessage", new { conversationId, clientId = "t", text = "zebra in the topic", attachments = new[] { picture } });
    }

    private static async Task TalkAsync(Person zebra, Person giraffe)
    {
        var direct = await zebra.MakeAsync("/conversation/openDirect", new { userId = giraffe.Uid });
        var group = await zebra.MakeAsync("/conversation/createGroup", new { name = "okapi group", userIds = new[] { giraffe.Uid } });
        foreach (var (conversationId, where) in new[] { (direct, "in private"), (group, "in the group") })
        {
            var attachments = new[] { await Pictures.AddAsync(zebra.Api.Client, zebra.Token) };
            var replyTo = await zebra.MakeAsync("/message/sendMessage", new { conversationId, clientId = "z", text = $"zebra {where}", mentions = new[] { giraffe.Uid }, attachments });
            var text = $"giraffe {where}: see you tomorrow at noon in the garden";
            var message = await giraffe.MakeAsync("/message/sendMessage", new { conversationId, clientId = "g", text, mentions = new[] { zebra.Uid }, replyTo });
            await zebra.OkAsync("/conversation/acknowledge", new { conversationId, delivered = 2, seen = 2 });
            Assert.Equal("translated", (await zebra.OkAsync("/translation/translateMessage", new { id = message })).Text("state"));
        }

        await using var hub = await HubClient.ConnectAsync(zebra.Api.Client.Http.BaseAddress!, zebra.Token);
        await hub.InvokeAsync("Typing", new { conversationId = group });
    }

    private static async Task ScheduleAsync(Person zebra)
    {
        var group = (await Parties.ListAsync(zebra.Api.Client, "/conversation/getConversations", new { }, zebra.Token)).First(c => c["name"]!.GetValue<string>() == "okapi group");
        var id = await zebra.MakeAsync("/schedule/scheduleMessage", new { conversationId = group["id"]!.GetValue<string>(), text = "zebra by schedule" });
        var to = new[] { "zebra-friend@example.org" };
        var attachments = new[] { await Pictures.AddAsync(zebra.Api.Client, zebra.Token, purpose: "email") };
        var at = TimeProvider.System.GetUtcNow().AddDays(2).ToString("yyyy-MM-dd'T'HH:mm", CultureInfo.InvariantCulture);
        await zebra.OkAsync("/schedule/scheduleEmail", new { to, subject = "zebra report", text = "zebra report", at, attachments });
        await Eventually.TrueAsync(async () =>
            (await zebra.OkAsync("/schedule/getSchedule", new { id })).Item["deliveries"]!.AsArray() is [{ } delivery] && delivery["state"]!.GetValue<string>() == "sent");
        await zebra.Api.App.Services.GetRequiredService<Unsubscriptions>().AddAsync(zebra.Uid, to[0], default);
    }

    private static async Task NothingIsInRedisAsync(RedisServer redis, Person zebra)
    {
        foreach (var (key, value) in await RedisContents.ReadAsync(redis))
        {
            Assert.DoesNotContain("zebra", value, StringComparison.OrdinalIgnoreCase);
            // Of these docs/privacy.md says that the uid stays in them for a while.
            if (key is "events" || key.StartsWith("limit:", StringComparison.Ordinal)) continue;
            Assert.DoesNotContain(zebra.Uid, key + value, StringComparison.Ordinal);
        }
    }

    // Until everything that happened was told to whoever wants to know.
    private static Task QuietAsync(TestApi api) => Eventually.TrueAsync(async () =>
    {
        using var store = Open(api);
        if ((long)store.Scalar("SELECT COUNT(*) FROM outbox")! > 0) return false;
        var depth = await api.App.Services.GetRequiredService<IEventStream>().MeasureAsync(default);
        return depth.Groups.Count > 0 && depth.Groups.All(group => group is { Waiting: 0, Held: 0 });
    });

    private static async Task<string> PartyAsync(Person person, string name) =>
        (await Parties.ListAsync(person.Api.Client, "/party/getParties", new { }, person.Token)).First(party => party["name"]!.GetValue<string>() == name)["id"]!.GetValue<string>();

    private static List<string> Kinds(TestApi api)
    {
        using var store = Open(api);
        return store.List(row => row.GetString(0), "SELECT DISTINCT kind FROM documents");
    }

    private static string[] Files(TestApi api) => Directory.GetFiles(Path.Combine(api.DataFolder, "attachments"), "*", SearchOption.AllDirectories);

    private static SqliteSession Open(TestApi api) => new($"Data Source={Path.Combine(api.DataFolder, "chaturmail.db")};Pooling=False");

    private static async Task<Person> PersonAsync(TestApi api, string name)
    {
        var token = await api.Client.SignInAsync(name + "@example.com");
        return new Person(api, token, await Operators.UidAsync(api.Client, token));
    }
}
