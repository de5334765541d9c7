namespace ChaturMail.Tests.Support;

/// <summary>Puts the ids of conversations and messages that the examples of docs/api.md make into those that need them.</summary>
internal sealed class ConversationExamples(TestApi api, string otherUid)
{
    private const string Direct = "6b018b08c371b1bcac5105d1";
    private const string Group = "6b018b08c371b1bcac5105d2";
    private const string Message = "6b018b08c371b1bcac5105d3";

    private string? _direct;
    private string? _group;
    private string? _message;

    public async Task<string> FillAsync(string route, string request, string? token)
    {
        // They know each other from a party.
        if (route == "/conversation/openDirect") await SharedParty.AddAsync(api, await Operators.UidAsync(api.Client, token!), otherUid);
        // The group of the examples before was left.
        if (route == "/conversation/deleteGroup") _group = (await api.Client.PostAsync("/conversation/createGroup", new { name = "Another" }, token)).Text("id");
        return request.Replace(Direct, _direct, StringComparison.Ordinal).Replace(Group, _group, StringComparison.Ordinal)
            .Replace(Message, _message, StringComparison.Ordinal);
    }

    public void Note(string route, ApiAnswer answer)
    {
        if (route == "/conversation/openDirect") _direct = answer.Text("id");
        if (route == "/conversation/createGroup") _group = answer.Text("id");
        if (route == "/message/sendMessage") _message = answer.Text("id");
    }
}
