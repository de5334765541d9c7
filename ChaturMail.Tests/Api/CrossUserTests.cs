using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using ChaturMail.Api.Http;
using ChaturMail.Core.Events;
using ChaturMail.Core.Storage;
using ChaturMail.Tests.Support;
using Microsoft.Extensions.DependencyInjection;

namespace ChaturMail.Tests.Api;

/// <summary>
/// User B tries every route with A's ids. A route that stands in no row fails the first test: whoever adds one says here what B may get. Routes of
/// operators need no row: B gets none of them.
/// </summary>
public sealed partial class CrossUserTests : IAsyncLifetime
{
    // Stands in everything that A wrote, and in A's address.
    private const string Mark = "zanzibar";
    private const string Key = "key-of-a";

    private const string? OwnOnly = null;

    /// <summary>Whatever comes, nothing of A's does.</summary>
    private const string Anything = "*";
    private const string NoEmail = "email_not_found";
    private const string NoPrompt = "prompt_not_found";
    private const string NoParty = "party_not_found";
    private const string NoConversation = "conversation_not_found";
    private const string NoMessage = "message_not_found";
    private const string NoTopic = "topic_not_found";
    private const string NoAttachment = "attachment_not_found";
    private const string NoSchedule = "schedule_not_found";

    /// <summary>
    /// Each route with the code of B's failure, <see cref="OwnOnly"/> where B is answered, with nothing of A's, and with what B sends beside A's ids, which
    /// stand in every field that could be one, so that the request goes far enough.
    /// </summary>
    private static readonly Dictionary<string, (string? Code, object? Beside)> Rows = new()
    {
        ["/auth/getJWTToken"] = (OwnOnly, new { email = Mark + "@example.com", idToken = "dev:b@example.com", loginMethod = "google", fcmToken = "f" }),
        ["/user/getJWTToken"] = (OwnOnly, new { email = Mark + "@example.com", idToken = "dev:b@example.com", loginMethod = "google", fcmToken = "f" }),
        ["/user/getUserData"] = (OwnOnly, null),
        ["/user/getSpending"] = (OwnOnly, null),
        ["/user/deleteUser"] = (OwnOnly, null),
        ["/prompt/getAllPrompts"] = (OwnOnly, null),
        ["/prompt/getPrompts"] = (OwnOnly, null),
        ["/prompt/savePrompt"] = (NoPrompt, new { title = "Mine", guidance = "Mine now." }),
        ["/prompt/getMyPrompts"] = (OwnOnly, new { cursor = (string?)null }),
        ["/prompt/deletePrompt"] = (NoPrompt, null),
        ["/prompt/sharePrompt"] = (NoParty, null),
        ["/prompt/unsharePrompt"] = (NoParty, null),
        ["/party/createParty"] = (OwnOnly, new { name = "Mine" }),
        ["/party/getParties"] = (OwnOnly, new { cursor = (string?)null }),
        ["/party/getParty"] = (NoParty, null),
        ["/party/renameParty"] = (NoParty, new { name = "Mine now" }),
        ["/party/leaveParty"] = (NoParty, null),
        ["/party/removeMember"] = (NoParty, null),
        ["/party/setRole"] = (NoParty, new { role = "member" }),
        ["/party/handOver"] = (NoParty, null),
        ["/party/deleteParty"] = (NoParty, null),
        ["/party/createInvite"] = (NoParty, null),
        ["/party/getInvites"] = (NoParty, null),
        ["/party/revokeInvite"] = (NoParty, null),
        // An id is no token; who holds a token is invited.
        ["/party/getInvite"] = ("invite_not_good", null),
        ["/party/acceptInvite"] = ("invite_not_good", null),
        ["/tutorials/getAllTutorials"] = (OwnOnly, null),
        ["/tutorial/getTutorials"] = (OwnOnly, null),
        ["/email/generateEmail"] = ("unknown_prompt", ApiClient.Leave),
        ["/email/streamEmail"] = (NoEmail, ApiClient.Leave),
        ["/email/regenerateEmail"] = (NoEmail, null),
        ["/email/getEmailVersions"] = (NoEmail, new { cursor = (string?)null }),
        ["/email/updateEmail"] = (NoEmail, new { generatedEmail = "Mine now." }),
        ["/email/getGeneratedEmails"] = (OwnOnly, new { cursor = (string?)null }),
        ["/email/getGeneratedEmail"] = (OwnOnly, new { cursor = (string?)null }),
        ["/email/deleteGeneratedEmail"] = (NoEmail, null),
        ["/email/deleteEmail"] = (NoEmail, null),
        ["/misc/getBannerImage"] = (OwnOnly, null),
        ["/misc/getModels"] = (OwnOnly, null),
        ["/misc/submitFeedback"] = (OwnOnly, new { subject = "Long enough", message = "Long enough too" }),
        ["/misc/getPublicKey"] = (OwnOnly, null),
        ["/misc/getSignInMethods"] = (OwnOnly, null),
        ["/user/getCoinHistory"] = (OwnOnly, new { cursor = (string?)null }),
        ["/user/exportData"] = (OwnOnly, null),
        ["/auth/logout"] = (OwnOnly, null),
        ["/auth/getSessions"] = (OwnOnly, null),
        ["/auth/endSession"] = (Anything, null),
        ["/auth/refreshToken"] = (OwnOnly, null),
        ["/auth/register"] = (Anything, new { email = Mark + "@example.com", password = "correct horse battery staple" }),
        ["/auth/verifyEmail"] = (Anything, new { email = Mark + "@example.com", code = "000000" }),
        ["/auth/resendVerification"] = (Anything, new { email = Mark + "@example.com" }),
        ["/auth/signIn"] = (Anything, new { email = Mark + "@example.com", password = "correct horse battery staple" }),
        ["/auth/requestPasswordReset"] = (Anything, new { email = Mark + "@example.com" }),
        ["/auth/resetPassword"] = (Anything, new { email = Mark + "@example.com", code = "000000", newPassword = "correct horse battery staple" }),
        ["/auth/changePassword"] = (Anything, new { currentPassword = "correct horse battery staple", newPassword = "incorrect horse battery staple" }),
        ["/auth/confirmChallenge"] = (Anything, new { challenge = "a.b.c", method = "email", code = "000000" }),
        ["/auth/resendChallenge"] = (Anything, new { challenge = "a.b.c" }),
        ["/auth/getSecondFactor"] = (Anything, null),
        ["/auth/enableEmailFactor"] = (Anything, null),
        ["/auth/disableSecondFactor"] = (Anything, new { code = "000000" }),
        ["/auth/enrolTotp"] = (Anything, null),
        ["/auth/confirmTotp"] = (Anything, new { code = "000000" }),
        ["/auth/renewRecoveryCodes"] = (Anything, new { code = "000000" }),
        ["/notification/getNotifications"] = (OwnOnly, new { cursor = (string?)null }),
        ["/notification/getUnreadCount"] = (OwnOnly, null),
        ["/notification/markRead"] = (OwnOnly, null),
        ["/user/getPreferences"] = (OwnOnly, null),
        ["/user/setPreferences"] = (OwnOnly, new { language = "de", timeZone = "Europe/Berlin", autoTranslate = true }),
        ["/translation/translateMessage"] = ("message_not_found", new { language = "de" }),
        ["/translation/translateEmail"] = (NoEmail, new { language = "de" }),
        ["/translation/translateDraft"] = (NoTopic, new { version = 1, language = "de" }),
        ["/topic/createTopic"] = (NoParty, new { title = "Mine" }),
        ["/topic/getTopics"] = (NoParty, new { cursor = (string?)null }),
        ["/topic/getTopic"] = (NoTopic, null),
        ["/topic/renameTopic"] = (NoTopic, new { title = "Mine now" }),
        ["/topic/deleteTopic"] = (NoTopic, null),
        ["/topic/saveDraft"] = (NoTopic, new { version = 1 }),
        ["/topic/getDraftVersions"] = (NoTopic, new { cursor = (string?)null }),
        ["/topic/compareVersions"] = (NoTopic, new { version = 1, with = 1 }),
        ["/topic/restoreVersion"] = (NoTopic, new { version = 1, restore = 1 }),
        ["/topic/suggestChange"] = (NoTopic, new { version = 1, text = "Mine now." }),
        ["/topic/getSuggestions"] = (NoTopic, new { cursor = (string?)null }),
        ["/topic/acceptSuggestion"] = (NoTopic, null),
        ["/topic/declineSuggestion"] = (NoTopic, null),
        ["/topic/withdrawSuggestion"] = (NoTopic, null),
        ["/topic/requestApproval"] = (NoTopic, new { version = 1, approvers = new[] { "dev-" + Mark } }),
        ["/topic/approveDraft"] = (NoTopic, new { version = 1 }),
        ["/topic/rejectDraft"] = (NoTopic, new { version = 1 }),
        ["/topic/sendDraft"] = (NoTopic, new { version = 1 }),
        ["/conversation/openDirect"] = ("user_not_found", null),
        ["/conversation/createGroup"] = ("user_not_found", new { name = "Mine", userIds = new[] { "dev-" + Mark } }),
        ["/conversation/getConversations"] = (OwnOnly, new { cursor = (string?)null }),
        ["/conversation/getConversation"] = (NoConversation, null),
        ["/conversation/renameGroup"] = (NoConversation, new { name = "Mine" }),
        ["/conversation/addMembers"] = (NoConversation, new { userIds = new[] { "dev-" + Mark } }),
        ["/conversation/removeMember"] = (NoConversation, null),
        ["/conversation/leaveGroup"] = (NoConversation, null),
        ["/conversation/setGroupAdmin"] = (NoConversation, new { isAdmin = true }),
        ["/conversation/deleteGroup"] = (NoConversation, null),
        ["/conversation/sync"] = (OwnOnly, null),
        ["/conversation/acknowledge"] = (NoConversation, new { delivered = 1, seen = 1 }),
        ["/conversation/typing"] = (NoConversation, null),
        ["/message/sendMessage"] = (NoConversation, new { clientId = "1", text = "Hello." }),
        ["/message/editMessage"] = (NoMessage, new { text = "Mine now." }),
        ["/message/deleteMessage"] = (NoMessage, null),
        ["/message/getMessages"] = (NoConversation, null),
        ["/message/getMessage"] = (NoMessage, null),
        ["/message/searchMessages"] = (NoConversation, new { text = "live" }),
        ["/live/getTicket"] = (OwnOnly, null),
        // Says of A what it says of nobody: what was asked for stands in the answer, so the ids are not A's mark.
        ["/live/getPresence"] = (OwnOnly, new { userIds = new[] { "another" } }),
        ["/attachment/createUpload"] = (OwnOnly, new { contentType = "image/png", bytes = 100, purpose = "message" }),
        ["/attachment/finishUpload"] = (NoAttachment, null),
        ["/attachment/getUrl"] = (NoAttachment, null),
        ["/attachment/getUploads"] = (OwnOnly, new { cursor = (string?)null }),
        ["/attachment/deleteUpload"] = (NoAttachment, null),
        ["/user/setAvatar"] = (NoAttachment, null),
        ["/user/removeAvatar"] = (OwnOnly, null),
        ["/user/getAvatars"] = (OwnOnly, null),
        ["/schedule/scheduleEmail"] = (OwnOnly, new { to = new[] { "b@example.com" }, subject = "Mine", text = "Mine." }),
        ["/schedule/scheduleMessage"] = (Anything, new { text = "Mine." }),
        ["/schedule/getSchedules"] = (OwnOnly, new { cursor = (string?)null }),
        ["/schedule/getSchedule"] = (NoSchedule, null),
        ["/schedule/updateSchedule"] = (NoSchedule, new { subject = "Mine now." }),
        ["/schedule/cancelSchedule"] = (NoSchedule, null),
        ["/schedule/skipNext"] = (NoSchedule, null),
        ["/schedule/resend"] = (NoSchedule, new { occurrence = 1 }),
    };

    private TestApi _api = null!;
    private string _token = null!;
    private string _email = null!;
    private string _prompt = null!;
    private string _eventId = null!;
    private string _notification = null!;
    private string _uid = null!;

    // A's ids by the beginning of the routes whose field "id" names them, and by the name of the field that names them elsewhere.
    private readonly Dictionary<string, string> _ids = [];

    public async ValueTask InitializeAsync()
    {
        _api = await TestApi.StartAsync();
        _token = await _api.Client.SignInAsync(Mark + "@example.com");
        var prompt = new { title = $"Prompt {Mark}", guidance = $"Write about {Mark}." };
        _prompt = (await _api.Client.PostAsync("/prompt/savePrompt", prompt, _token)).Text("id");
        _ids["/prompt/"] = _prompt;
        _ids["/party/"] = _ids["partyId"] = (await _api.Client.PostAsync("/party/createParty", new { name = $"Party {Mark}" }, _token)).Text("id");
        await _api.Client.PostAsync("/prompt/sharePrompt", new { id = _prompt, partyId = _ids["partyId"] }, _token);
        _ids["inviteId"] = (await _api.Client.PostAsync("/party/createInvite", new { id = _ids["partyId"] }, _token)).Item["invite"]!["id"]!.GetValue<string>();
        _ids["token"] = _ids["inviteId"];
        var leave = ApiClient.Leave.DeepClone().AsObject();
        leave["subject"] = $"Leave for {Mark}";
        _email = (await _api.Client.GenerateWithKeyAsync(_token, Key, leave)).Text("id");
        var (_, stream) = await SendAsync("/email/streamEmail", leave, _token, "stream-of-a");
        _eventId = stream.Split('\n').Last(line => line.StartsWith("id: ", StringComparison.Ordinal))[4..];
        await WriteTogetherAsync();
        var at = TimeProvider.System.GetUtcNow().AddDays(2).ToString("yyyy-MM-dd'T'HH:mm", System.Globalization.CultureInfo.InvariantCulture);
        _ids["/schedule/"] = (await _api.Client.PostAsync(
            "/schedule/scheduleEmail", new { to = new[] { Mark + "@example.org" }, subject = $"For {Mark}", text = $"About {Mark}.", at, recurrence = new { kind = "daily" } }, _token)).Text("id");
        await _api.Client.PostAsync("/misc/submitFeedback", new { subject = $"About {Mark}", message = $"I live in {Mark}." }, _token);
        _notification = DocumentId.New(TimeProvider.System);
        await _api.App.Services.GetRequiredService<Notifications>().AddAsync(
            new Notification(
                _notification, await Operators.UidAsync(_api.Client, _token), "mention", DomainEvent.System, new Dictionary<string, string> { ["messageId"] = Mark },
                TimeProvider.System.GetUtcNow().ToUnixTimeMilliseconds()), default);
        _ids["conversationId"] = (await _api.Client.PostAsync("/conversation/createGroup", new { name = $"Group {Mark}" }, _token)).Text("id");
        var message = new { conversationId = _ids["conversationId"], clientId = "1", text = $"I live in {Mark}." };
        _ids["/message/"] = _ids["/translation/translateMessage"] = (await _api.Client.PostAsync("/message/sendMessage", message, _token)).Text("id");
    }

    // A topic with a draft, a suggestion and an approval.
    private async Task WriteTogetherAsync()
    {
        var id = (await _api.Client.PostAsync("/topic/createTopic", new { partyId = _ids["partyId"], title = $"Topic {Mark}" }, _token)).Text("id");
        _ids["/topic/"] = _ids["topicId"] = id;
        await _api.Client.PostAsync("/topic/saveDraft", new { id, version = 0, subject = $"Draft {Mark}", text = $"In {Mark}." }, _token);
        var suggestion = new { id, version = 1, text = $"Out of {Mark}.", note = Mark };
        _ids["suggestionId"] = (await _api.Client.PostAsync("/topic/suggestChange", suggestion, _token)).Text("id");
        var uid = await Operators.UidAsync(_api.Client, _token);
        Assert.Equal(200, (await _api.Client.PostAsync("/topic/requestApproval", new { id, version = 1, approvers = new[] { uid } }, _token)).HttpStatus);
        _ids["/attachment/"] = await Pictures.AddAsync(_api.Client, _token);
        _ids["/user/setAvatar"] = await Pictures.AddAsync(_api.Client, _token, purpose: "avatar");
        var shown = await Pictures.AddAsync(_api.Client, _token, purpose: "avatar");
        await _api.Client.PostAsync("/user/setAvatar", new { id = shown }, _token);
        _uid = (await _api.Client.PostAsync("/user/getUserData", new { }, _token)).Text("uid");
    }

    public async ValueTask DisposeAsync()
    {
        await _api.DisposeAsync();
        GC.SuppressFinalize(this);
    }

    [Fact]
    public void EveryRouteStandsInARow() => Assert.Empty(
        ApiRoutes.Endpoints(_api.App).Where(e => e.Metadata.GetMetadata<ApiRoute>() is not null && e.Metadata.GetMetadata<AdminRequired>() is null)
            .Select(e => e.RoutePattern.RawText!).Except(Rows.Keys));

    [Fact]
    public async Task WithAnothersIdsNobodyGetsOrChangesWhatIsNotTheirs()
    {
        var before = await WhatAHasAsync();
        var declared = ApiRoutes.All(_api.App);
        foreach (var (route, row) in Rows.Where(row => declared.Contains(row.Key)))
        {
            // Each route a user of its own: one of them deletes it.
            var other = await _api.Client.SignInAsync($"b{route.GetHashCode(StringComparison.Ordinal)}@example.com");
            var (status, answer) = await SendAsync(route, WithAnothersIds(route, row.Beside), other, Key + "-of-b");

            Assert.True(!answer.Contains(Mark, StringComparison.OrdinalIgnoreCase), $"{route} gave B what is A's: {answer}");
            Assert.InRange(status, 200, 499);
            if (row.Code == Anything) continue;
            Assert.Equal((route, row.Code), (route, CodeOf(answer)));
            Assert.Equal(row.Code is null, status is 200);
        }

        Assert.Equal(before, await WhatAHasAsync());
    }

    [Fact]
    public async Task AnothersIdempotencyKeyAndStreamAreNobodysButTheirs()
    {
        var other = await _api.Client.SignInAsync("b@example.com");
        var leave = ApiClient.Leave.DeepClone().AsObject();
        leave["subject"] = $"Leave for {Mark}";

        // The same request under the same key is A's email for A, and a new one for B.
        Assert.Equal(_email, (await _api.Client.GenerateWithKeyAsync(_token, Key, leave)).Text("id"));
        Assert.NotEqual(_email, (await _api.Client.GenerateWithKeyAsync(other, Key, leave)).Text("id"));

        // Nor does A's place in a stream lead B into it.
        var (_, stream) = await SendAsync("/email/streamEmail", ApiClient.Leave, other, "stream-of-a", _eventId);
        Assert.DoesNotContain(Mark, stream, StringComparison.OrdinalIgnoreCase);
        Assert.DoesNotContain(_eventId[.._eventId.IndexOf(':', StringComparison.Ordinal)], stream, StringComparison.Ordinal);
    }

    [Fact]
    public async Task WithoutASessionThereIsNothingButSignIn()
    {
        foreach (var endpoint in ApiRoutes.Endpoints(_api.App).Where(e => e.Metadata.GetMetadata<SessionRequired>() is not null))
        {
            var (status, answer) = await SendAsync(endpoint.RoutePattern.RawText!, WithAnothersIds(endpoint.RoutePattern.RawText!, null), token: null);
            Assert.Equal((401, "not_authenticated", endpoint.RoutePattern.RawText), (status, CodeOf(answer), endpoint.RoutePattern.RawText));
        }
    }

    [Fact]
    public async Task OperatorsRoutesAreNoUsers()
    {
        var other = await _api.Client.SignInAsync("b@example.com");
        foreach (var endpoint in ApiRoutes.Endpoints(_api.App).Where(e => e.Metadata.GetMetadata<AdminRequired>() is not null))
        {
            var (status, answer) = await SendAsync(endpoint.RoutePattern.RawText!, WithAnothersIds(endpoint.RoutePattern.RawText!, null), other);
            Assert.Equal((403, "not_admin", endpoint.RoutePattern.RawText), (status, CodeOf(answer), endpoint.RoutePattern.RawText));
        }
    }

    // A's ids under every name that an id has, then what the route needs.
    private Dictionary<string, object?> WithAnothersIds(string route, object? beside)
    {
        var body = new Dictionary<string, object?>
        {
            ["id"] = _email,
            ["emailId"] = _email,
            ["jobId"] = _email,
            ["parentId"] = _email,
            ["cursor"] = _email,
            ["search"] = Mark,
            ["uid"] = "dev-" + Mark,
            ["userId"] = "dev-" + Mark,
            ["userIds"] = new[] { _uid },
        };
        if (beside is not null)
            foreach (var (name, value) in JsonSerializer.SerializeToNode(beside)!.AsObject()) body[name] = value;
        // A's prompt, where a prompt is asked for.
        body["promptId"] = _prompt;
        if (route.StartsWith("/notification/", StringComparison.Ordinal)) body["ids"] = new[] { _notification };
        foreach (var (where, id) in _ids)
        {
            if (!where.StartsWith('/')) body[where] = id;
            else if (route.StartsWith(where, StringComparison.Ordinal)) body["id"] = id;
        }

        return body;
    }

    private async Task<string> WhatAHasAsync()
    {
        var all = new StringBuilder();
        foreach (var (route, body) in new (string, object)[]
                 {
                     ("/user/getUserData", new { }), ("/email/getGeneratedEmails", new { }), ("/email/getEmailVersions", new { id = _email }), ("/prompt/getMyPrompts", new { }),
                     ("/user/getSpending", new { }), ("/party/getParties", new { }), ("/party/getInvites", new { id = _ids["partyId"] }),
                     ("/notification/getNotifications", new { }), ("/user/getPreferences", new { }), ("/conversation/getConversations", new { }),
                     ("/topic/getTopics", new { partyId = _ids["partyId"] }), ("/topic/getTopic", new { id = _ids["topicId"] }), ("/topic/getSuggestions", new { id = _ids["topicId"] }),
                     ("/topic/getDraftVersions", new { id = _ids["topicId"] }), ("/attachment/getUploads", new { }),
                     ("/schedule/getSchedules", new { }), ("/schedule/getSchedules", new { past = true }), ("/schedule/getSchedule", new { id = _ids["/schedule/"] }),
                 })
            all.AppendLine((await SendAsync(route, body, _token)).Answer);
        foreach (var conversation in await Parties.ListAsync(_api.Client, "/conversation/getConversations", new { }, _token))
        {
            var conversationId = conversation["id"]!.GetValue<string>();
            foreach (var route in new[] { "/conversation/getConversation", "/message/getMessages" }) all.AppendLine((await SendAsync(route, new { conversationId }, _token)).Answer);
        }

        Assert.Contains(Mark, all.ToString(), StringComparison.Ordinal);
        return all.ToString();
    }

    private static string? CodeOf(string answer)
    {
        var json = answer.StartsWith('{') ? answer : answer.Split('\n').Last(line => line.StartsWith("data: ", StringComparison.Ordinal))[6..];
        return JsonDocument.Parse(json).RootElement.TryGetProperty("code", out var code) ? code.GetString() : null;
    }

    private async Task<(int Status, string Answer)> SendAsync(string route, object body, string? token, string? key = null, string? lastEventId = null)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, route) { Content = new StringContent(JsonSerializer.Serialize(body), Encoding.UTF8, "application/json") };
        if (token is not null) request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", token);
        if (key is not null) request.Headers.Add("Idempotency-Key", key);
        if (lastEventId is not null) request.Headers.Add("Last-Event-ID", lastEventId);
        using var response = await _api.Client.Http.SendAsync(request);
        return ((int)response.StatusCode, await response.Content.ReadAsStringAsync());
    }
}
