using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using ChaturMail.Api.Http;
using ChaturMail.Core.Accounts;
using ChaturMail.Core.Attachments;
using ChaturMail.Core.Content;
using ChaturMail.Core.Conversations;
using ChaturMail.Core.Emails;
using ChaturMail.Core.Encryption;
using ChaturMail.Core.Parties;
using ChaturMail.Core.Queue;
using ChaturMail.Core.Spending;
using ChaturMail.Core.Storage;
using ChaturMail.Core.Topics;
using ChaturMail.Tests.Support;
using Microsoft.Extensions.DependencyInjection;

namespace ChaturMail.Tests.Api;

/// <summary>docs/api.md is true: each of its examples is replayed, and its tables are the program's.</summary>
public sealed partial class DocumentedExamplesTests
{
    // The id that stands in the document for the email that its own example generates.
    private const string ExampleId = "6b018b08c371b1bcac5105a3";

    // And for the prompt that its own example saves.
    private const string ExamplePromptId = "6b018b08c371b1bcac5105b1";

    // And for the party that its own example makes, and the invite to it.
    private const string ExamplePartyId = "6b018b08c371b1bcac510701";
    private const string ExampleInviteId = "6b018b08c371b1bcac510702";
    private const string ExampleInviteToken = "hN2qk0cVt3Jw8yXbR5mZ1sLpE7o";

    // And for a user whom the operators' examples are about.
    private const string ExampleUid = "Yk8R2sT4uVwX6zA0bCdE1fG3hI5j";

    // And for a message of theirs.
    private const string ExampleFeedbackId = "6b018b08c371b1bcac5105c1";

    // And for two of their jobs that were given up.
    private const string ExampleDeadId = "6b018b08c371b1bcac5105e1";
    private const string ExampleDropId = "6b018b08c371b1bcac5105e2";

    // And for the schedule that its own example makes, and when that is.
    private const string ExampleScheduleId = "6b018b08c371b1bcac5105f1";
    private const string ExampleTime = "2026-12-01T09:00";

    // And for the session on another device that is ended.
    private const string ExampleSessionId = "Hc8Wn2sLpE4uQkXr6vTf0B";
    // And for the code that is sent to the address which its own example registers.
    private const string ExampleCode = "123456";

    private static readonly string Document = Repository.Read("docs/api.md");

    [Fact]
    public async Task EveryExampleGetsTheAnswerThatIsShown()
    {
        await using var api = await TestApi.StartAsync("Admin:SecondFactor=false");
        // Somebody whom the operators' examples are about.
        var otherToken = await api.Client.SignInAsync("priya.nair@example.com");
        var other = await Operators.UidAsync(api.Client, otherToken);
        await api.Client.PostAsync("/misc/submitFeedback", new { subject = "Tone of emails", message = "A friendlier default would help me." }, otherToken);
        var feedback = (await api.App.Services.GetRequiredService<IFeedbackStore>().ListAsync(1, default))[0].Id;
        var dead = await TwoDeadLettersAsync(api, otherToken);
        // The example names its days.
        await api.App.Services.GetRequiredService<ISpendingStore>().AddCallAsync(
            new ModelCall(new DateOnly(2026, 11, 21), "openai", "gpt-4o-mini", ModelRole.Answer, 700, 200, 225_000, TimeSpan.FromSeconds(1)), default);
        string? token = null;
        string? email = null;
        string? prompt = null;
        string? schedule = null;
        var soon = TimeProvider.System.GetUtcNow().AddDays(3).ToString("yyyy-MM-dd'T09:00'", CultureInfo.InvariantCulture);
        var factor = new FactorExamples(api);
        var conversations = new ConversationExamples(api, other);
        var party = (Id: "", InviteId: "", Token: "");
        var topics = new TopicExamples(api);
        var attachments = new AttachmentExamples(api);
        string? ownersToken = null;
        var isOperator = false;
        var examples = Example().Matches(Document);
        Assert.NotEmpty(examples);
        foreach (Match example in examples)
        {
            var route = example.Groups["route"].Value;
            // The user of the examples before is no operator.
            if (route.StartsWith("/admin/", StringComparison.Ordinal) && !isOperator)
            {
                await Operators.MakeAsync(api, token!);
                isOperator = true;
            }

            // The one before was deleted by its own example.
            if (route == "/translation/translateEmail") email = (await api.Client.GenerateAsync(token!)).Text("id");
            // The examples before have deleted the prompt, removed the other member, and left the party.
            if (route == "/prompt/sharePrompt") prompt = (await api.Client.PostAsync("/prompt/savePrompt", OwnPromptTests.Dunning, token)).Text("id");
            if (route is "/party/setRole" or "/party/handOver") await Parties.JoinAsync(api.Client, token!, party.Id, otherToken);
            if (route is "/party/deleteParty" or "/prompt/sharePrompt") party.Id = await Parties.MakeAsync(api.Client, token!);
            // The draft that was sent is one until it has left.
            if (route == "/schedule/scheduleEmail")
                await Eventually.TrueAsync(async () => (await api.Client.PostAsync("/schedule/getSchedules", new { }, token)).Payload is null);
            if (route == "/notification/getNotifications") await NotifyAsync(api, await Operators.UidAsync(api.Client, token!), other);
            var request = example.Groups["request"].Value.Replace(ExampleId, email, StringComparison.Ordinal).Replace(ExamplePromptId, prompt, StringComparison.Ordinal)
                .Replace(ExampleUid, other, StringComparison.Ordinal).Replace(ExampleFeedbackId, feedback, StringComparison.Ordinal)
                .Replace(ExamplePartyId, party.Id, StringComparison.Ordinal).Replace(ExampleInviteId, party.InviteId, StringComparison.Ordinal)
                .Replace(ExampleScheduleId, schedule, StringComparison.Ordinal).Replace(ExampleTime, soon, StringComparison.Ordinal)
                .Replace(ExampleInviteToken, party.Token, StringComparison.Ordinal).Replace(ExampleDeadId, dead[0], StringComparison.Ordinal).Replace(ExampleDropId, dead[1], StringComparison.Ordinal);
            if (route == "/auth/endSession") request = request.Replace(ExampleSessionId, await AnotherSessionAsync(api, token!), StringComparison.Ordinal);
            if (request.Contains(ExampleCode, StringComparison.Ordinal))
                request = request.Replace(ExampleCode, await MailFolder.NextCodeAsync(api.DataFolder), StringComparison.Ordinal);
            if (route.StartsWith("/conversation/", StringComparison.Ordinal) || route.StartsWith("/message/", StringComparison.Ordinal))
                request = await conversations.FillAsync(route, request, token);
            request = await topics.FillAsync(route, request, token);
            request = await attachments.FillAsync(request, token);
            var answer = await api.Client.PostTextAsync(
                route, await factor.FillAsync(route, request), route == "/auth/changePassword" ? ownersToken : token);
            var shown = JsonNode.Parse(example.Groups["response"].Value)!.AsObject();

            Assert.Equal((route, 200, 1), (route, answer.HttpStatus, answer.Status));
            Assert.Equal((route, shown["message"]!.GetValue<string>()), (route, answer.Message));
            Assert.Equal((route, Shape(shown["payload"]?[0])), (route, Shape(answer.Payload?[0])));
            await factor.NoteAsync(route, answer, token);
            conversations.Note(route, answer);
            topics.Note(route, answer);
            await attachments.NoteAsync(route, answer);
            if (route == "/auth/getJWTToken") token = answer.Text("token");
            if (route == "/auth/logout") token = await api.Client.SignInAsync();
            if (route == "/auth/signIn") ownersToken = await api.Client.SignInWithAsync(answer.Text("idToken"));
            if (route == "/prompt/savePrompt") prompt = answer.Text("id");
            if (route == "/party/createParty") party.Id = answer.Text("id");
            if (route == "/party/createInvite") (party.InviteId, party.Token) = (answer.Item["invite"]!["id"]!.GetValue<string>(), answer.Text("token"));
            if (route == "/schedule/scheduleEmail") schedule = answer.Text("id");
            if (route == "/email/generateEmail") email = answer.Text("id");
        }
    }

    [Fact]
    public async Task EveryRouteIsPostAndStandsInTheDocument()
    {
        await using var api = await TestApi.StartAsync();
        foreach (var endpoint in ApiRoutes.Endpoints(api.App).Where(e => e.Metadata.GetMetadata<ApiRoute>() is not null))
        {
            Assert.Equal(["POST"], endpoint.Metadata.GetMetadata<Microsoft.AspNetCore.Routing.HttpMethodMetadata>()!.HttpMethods);
            Assert.Matches(@$"(### POST |Also `){Regex.Escape(endpoint.RoutePattern.RawText!)}\b", Document);
        }
    }

    [Fact]
    public void EveryErrorCodeStandsInTheDocumentWithItsStatus()
    {
        var documented = ErrorRow().Matches(Document).ToDictionary(
            row => row.Groups["code"].Value, row => int.Parse(row.Groups["status"].Value, CultureInfo.InvariantCulture));
        foreach (var error in ApiError.All) Assert.Equal((error.Code, error.Status), (error.Code, documented.GetValueOrDefault(error.Code)));
        Assert.Equal(["email_verification_required", "invalid_id_token", "no_emails"], documented.Keys.Except(ApiError.All.Select(e => e.Code)).Order());
    }

    [Theory]
    [InlineData("request body", Limits.BodyBytes)]
    [InlineData("`subject`", Limits.Subject)]
    [InlineData("`keywords`", Limits.Keywords)]
    [InlineData("`keywords`", Limits.KeywordCount)]
    [InlineData("`toEmail`, `email`", Limits.EmailAddress)]
    [InlineData("`promptId`, `id`", Limits.Id)]
    [InlineData("feedback `message`", Limits.FeedbackMessage)]
    [InlineData("feedback `message`", Limits.FeedbackLeast)]
    [InlineData("`idToken`", Limits.IdToken)]
    [InlineData("`fcmToken`", Limits.FcmToken)]
    [InlineData("`loginMethod`", Limits.LoginMethod)]
    [InlineData("`Idempotency-Key`", Limits.IdempotencyKey)]
    [InlineData("`search`", Limits.Search)]
    [InlineData("`senderName`, `recipientName`", Limits.PersonName)]
    [InlineData("`signature`", Limits.Signature)]
    [InlineData("`signature`", Limits.SignatureLines)]
    [InlineData("`instructions`", Limits.Instructions)]
    [InlineData("`context`", Limits.ContextBytes)]
    [InlineData("`language`", LanguageTag.Longest)]
    [InlineData("`model`", Limits.ModelName)]
    [InlineData("`rewrite`", Limits.Rewrite)]
    [InlineData("`variants`", Limits.Variants)]
    [InlineData("`generatedEmail` in updateEmail", Limits.GeneratedEmail)]
    [InlineData("versions in a page of getEmailVersions", Limits.Versions)]
    [InlineData("`limit`", Limits.PageSize)]
    [InlineData("`ticket`", Limits.Ticket)]
    [InlineData("`userIds` of getPresence", ChaturMail.Core.Realtime.PresenceWatch.MostWatched)]
    [InlineData("message to `/live`", ChaturMail.Api.Realtime.RealtimeRoutes.MessageBytes)]
    [InlineData("own prompts", IOwnPromptStore.MostPrompts)]
    [InlineData("`ids` in markRead", Limits.PageSize)]
    [InlineData("notifications", Core.Events.Notifications.MostOfAUser)]
    [InlineData("own prompt's `title`", Limits.PromptTitle)]
    [InlineData("own prompt's `guidance`", Limits.PromptGuidance)]
    [InlineData("own prompt's `placeholders`", Limits.Placeholders)]
    [InlineData("own prompt's `placeholders`", Limits.PlaceholderName)]
    [InlineData("own prompt's `example`", Limits.PromptExample)]
    [InlineData("value of a placeholder", Limits.PlaceholderValue)]
    [InlineData("`name` of a party", Limits.PartyName)]
    [InlineData("`hours` of an invite", Limits.InviteHours)]
    [InlineData("`token` of an invite", Limits.InviteToken)]
    [InlineData("`uses` of an invite", PartyInvite.MostPeople)]
    [InlineData("open invites", Party.MostInvites)]
    [InlineData("shared prompts", Party.MostPrompts)]
    [InlineData("parties", PartyService.MostMemberships)]
    [InlineData("`userId`", Limits.Uid)]
    [InlineData("`title` of a topic", Limits.TopicTitle)]
    [InlineData("`text` of a draft", Limits.GeneratedEmail)]
    [InlineData("versions of a draft", TopicRules.MostVersions)]
    [InlineData("versions of a draft", Limits.Versions)]
    [InlineData("suggestions for a draft", TopicRules.MostOpenSuggestions)]
    [InlineData("suggestions for a draft", TopicRules.MostClosedSuggestions)]
    [InlineData("`note` to a suggestion or an approval", Limits.TopicNote)]
    [InlineData("`approvers`", TopicRules.MostApprovers)]
    [InlineData("`at` of sendDraft", Limits.LocalTime)]
    [InlineData("protected header of an encrypted body", JweCompact.MaxHeaderLength)]
    [InlineData("`jti` of an encrypted body", RequestProof.MaxIdLength)]

    [InlineData("`template`, `text` of a tutorial", Limits.PublishedText)]
    [InlineData("tutorial's `id`", Limits.TutorialId)]
    [InlineData("`imageData` in setBannerImage", Limits.BannerBytes)]
    [InlineData("`imageData` in setBannerImage", Limits.BannerPixels)]
    [InlineData("`reason`", Limits.Reason)]
    [InlineData("`coins`", Limits.CoinsAtOnce)]
    [InlineData("`uid`, `target`", Limits.Uid)]
    [InlineData("published templates, tutorials", ContentEntry.MostOfAKind)]
    [InlineData("days of getUsage", IUsageStore.MostDays)]
    [InlineData("days of getModelCosts", IUsageStore.MostDays)]
    [InlineData("minutes of getQueue", JobFigures.MostMinutes)]
    [InlineData("`device`", Limits.Device)]
    [InlineData("`challenge`", Limits.Challenge)]
    [InlineData("`code`, `emailCode`", Limits.FactorCode)]
    [InlineData("`password`, `newPassword`, `currentPassword`", Limits.Password)]
    [InlineData("`name` in register", Limits.PersonName)]
    [InlineData("`code`", Limits.Code)]
    [InlineData("`timeZone`", Preferences.LongestTimeZone)]
    [InlineData("`text` of a message", Message.LongestText)]
    [InlineData("`clientId`", Message.LongestClientId)]
    [InlineData("`mentions`", Message.MostMentions)]
    [InlineData("`attachments`", Message.MostAttachments)]
    [InlineData("`name` of a group", Limits.GroupName)]
    [InlineData("`userIds` at once", Limits.MembersAtOnce)]
    [InlineData("`positions`", Limits.SyncPositions)]
    [InlineData("`limit` of sync", IMessageStore.MostAtOnce)]
    [InlineData("`waitSeconds` of sync", Limits.SyncWaitSeconds)]
    [InlineData("`fileName`", Limits.FileName)]
    [InlineData("`contentType`", Limits.ContentType)]
    [InlineData("`bytes` in createUpload", AttachmentService.MostAvatarBytes)]
    [InlineData("`userIds` in getAvatars", AvatarService.MostAtOnce)]
    [InlineData("`to` of a scheduled email", Limits.ScheduledRecipients)]
    [InlineData("`text` of a scheduled email", Limits.ScheduledText)]
    [InlineData("`text` of a scheduled message", Limits.ScheduledMessage)]
    [InlineData("`attachments` of a scheduled email", Limits.ScheduledAttachments)]
    [InlineData("`clientId` of a schedule", Limits.ScheduleClientId)]
    [InlineData("deliveries in getSchedule", ChaturMail.Core.Scheduling.ScheduleService.MostDeliveries)]
    public void EveryLimitStandsInTheDocument(string what, int limit) =>
        Assert.Matches(@$"(?m)^\| {Regex.Escape(what)} \|.*\b{limit}\b", Document);

    // The offline composer does not translate.
    private static async Task<IReadOnlyList<string>> TwoDeadLettersAsync(TestApi api, string token)
    {
        var id = (await api.Client.GenerateAsync(token)).Text("id");
        for (var i = 0; i < 2; i++)
            Assert.Equal("not_supported", (await api.Client.PostAsync("/email/regenerateEmail", new { id, rewrite = "translate:de" }, token)).Code);
        var queue = api.App.Services.GetRequiredService<IGenerationQueue>();
        await Eventually.TrueAsync(async () => (await queue.ListDeadAsync(10, default)).Count == 2);
        return [.. (await queue.ListDeadAsync(10, default)).Select(letter => letter.JobId)];
    }

    private static async Task<string> AnotherSessionAsync(TestApi api, string token)
    {
        await api.Client.SignInAsync();
        var sessions = (await api.Client.PostAsync("/auth/getSessions", new { }, token)).Items;
        return sessions.First(session => !session["current"]!.GetValue<bool>())["id"]!.GetValue<string>();
    }

    private static Task<bool> NotifyAsync(TestApi api, string uid, string by) => api.App.Services.GetRequiredService<Core.Events.Notifications>().AddAsync(
        new Core.Events.Notification(
            DocumentId.New(TimeProvider.System), uid, "removed_from_party", by, new Dictionary<string, string> { ["partyId"] = DocumentId.New(TimeProvider.System) }, 1), default);

    // Names and kinds, not values: "_id:String, createdOn:Number".
    private static string Shape(JsonNode? node) => node is JsonObject item
        ? string.Join(", ", item.Select(p => $"{p.Key}:{Kind(p.Value)}").Order(StringComparer.Ordinal))
        : "null";

    private static string Kind(JsonNode? value) => value?.GetValueKind() switch
    {
        null => "Null",
        JsonValueKind.True or JsonValueKind.False => "Boolean",
        var kind => kind.Value.ToString(),
    };

    [GeneratedRegex(@"### POST (?<route>\S+)\n(?:(?!###)[\s\S])*?```json request\n(?<request>[\s\S]*?)```\s*```json response\n(?<response>[\s\S]*?)```")]
    private static partial Regex Example();

    [GeneratedRegex(@"(?m)^\| `(?<code>[a-z_]+)` \| (?<status>\d{3}) \| \w")]
    private static partial Regex ErrorRow();
}
