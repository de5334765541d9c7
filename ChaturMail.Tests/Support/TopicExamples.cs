namespace ChaturMail.Tests.Support;

/// <summary>What documented requests about topics cannot say in advance: ids of this run.</summary>
internal sealed class TopicExamples(TestApi api)
{
    private readonly Dictionary<string, string> _ids = [];

    /// <summary>The request with this run's ids in the place of the document's.</summary>
    public async Task<string> FillAsync(string route, string request, string? token)
    {
        if (!route.StartsWith("/topic/", StringComparison.Ordinal)) return request;
        if (_ids.Count == 0)
        {
            _ids["6b018b08c371b1bcac5107a0"] = await Parties.MakeAsync(api.Client, token!);
            _ids["Bv7nK2mXcR9pLwE4tYs0aD3fGh6j"] = await Parties.UidAsync(api.Client, token!);
        }

        return _ids.Aggregate(request, (text, id) => text.Replace(id.Key, id.Value, StringComparison.Ordinal));
    }

    /// <summary>Takes from an answer what later requests need.</summary>
    public void Note(string route, ApiAnswer answer)
    {
        if (route == "/topic/createTopic") _ids["6b018b08c371b1bcac5107a1"] = answer.Text("id");
        if (route == "/topic/suggestChange") _ids["6b018b08c371b1bcac5107a2"] = answer.Text("id");
    }
}
