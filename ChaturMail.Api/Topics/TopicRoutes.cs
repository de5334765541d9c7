using ChaturMail.Api.Http;

namespace ChaturMail.Api.Topics;

/// <summary>Routes of topics and their drafts.</summary>
public static class TopicRoutes
{
    /// <summary>Adds what the routes need.</summary>
    public static void AddTopics(this WebApplicationBuilder builder)
    {
    }

    /// <summary>Declares the routes.</summary>
    public static void MapTopics(this RouteGroupBuilder signedIn)
    {
        signedIn.MapUseCase<TopicItem>("/topic/createTopic", null, "Make a topic in a party", CreateTopic.Handle);
        signedIn.MapUseCase<TopicItem>("/topic/getTopics", null, "The topics of a party", GetTopics.Handle);
        signedIn.MapUseCase<TopicItem.Whole>("/topic/getTopic", null, "A topic with its draft", GetTopic.Handle);
        signedIn.MapUseCase<TopicItem>("/topic/renameTopic", null, "Rename a topic", RenameTopic.Handle);
        signedIn.MapUseCase<NoPayload>("/topic/deleteTopic", null, "Delete a topic", DeleteTopic.Handle);
        signedIn.MapUseCase<DraftItem>("/topic/saveDraft", null, "Save the next version of a draft", SaveDraft.Handle);
        signedIn.MapUseCase<DraftItem>("/topic/getDraftVersions", null, "The versions of a draft and what changed", GetDraftVersions.Handle);
        signedIn.MapUseCase<DraftItem>("/topic/compareVersions", null, "What changed between two versions", CompareVersions.Handle);
        signedIn.MapUseCase<DraftItem>("/topic/restoreVersion", null, "Bring an earlier version back", RestoreVersion.Handle);
        signedIn.MapUseCase<SuggestionItem>("/topic/suggestChange", null, "Suggest another text", SuggestChange.Handle);
        signedIn.MapUseCase<SuggestionItem>("/topic/getSuggestions", null, "The suggestions for a draft", GetSuggestions.Handle);
        signedIn.MapUseCase<DraftItem>("/topic/acceptSuggestion", null, "Make a suggestion the draft", DecideSuggestion.Accept);
        signedIn.MapUseCase<SuggestionItem>("/topic/declineSuggestion", null, "Decline a suggestion", DecideSuggestion.Decline);
        signedIn.MapUseCase<SuggestionItem>("/topic/withdrawSuggestion", null, "Take an own suggestion back", DecideSuggestion.Withdraw);
        signedIn.MapUseCase<TopicItem>("/topic/requestApproval", null, "Ask members to approve a draft", RequestApproval.Handle);
        signedIn.MapUseCase<TopicItem>("/topic/approveDraft", null, "Approve a draft", DecideDraft.Approve);
        signedIn.MapUseCase<TopicItem>("/topic/rejectDraft", null, "Reject a draft", DecideDraft.Reject);
        signedIn.MapUseCase<TopicItem>("/topic/sendDraft", null, "Send a draft", SendDraft.Handle);
    }
}
