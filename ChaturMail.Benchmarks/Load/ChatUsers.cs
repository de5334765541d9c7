namespace ChaturMail.Benchmarks.Load;

/// <summary>Somebody in a party's conversation.</summary>
/// <param name="Token">Their session.</param>
/// <param name="Party">Number of the party, from 0.</param>
/// <param name="ConversationId">That of its topic.</param>
internal sealed record ChatUser(string Token, int Party, string ConversationId)
{
    /// <summary>Signs in users and puts them into parties with a topic each, all by the Api.</summary>
    /// <exception cref="HttpRequestException">The Api refused something.</exception>
    public static async Task<IReadOnlyList<ChatUser>> MakeAsync(Uri api, int parties, int members, CancellationToken cancellation)
    {
        using var http = new HttpClient { BaseAddress = api };
        var users = new ChatUser[parties * members];
        await Parallel.ForEachAsync(
            Enumerable.Range(0, parties), new ParallelOptions { MaxDegreeOfParallelism = 16, CancellationToken = cancellation },
            async (party, stop) =>
            {
                var accounts = new SoakUser[members];
                for (var i = 0; i < members; i++) accounts[i] = await SoakUser.SignInAsync(http, $"member.{i}.of.{party}@example.com", stop);
                var conversation = await MakePartyAsync(accounts, stop);
                for (var i = 0; i < members; i++) users[(party * members) + i] = new ChatUser(accounts[i].Token, party, conversation);
            });
        return users;
    }

    private static async Task<string> MakePartyAsync(SoakUser[] accounts, CancellationToken stop)
    {
        // An invite brings in a hundred at most.
        const int atOnce = 100;
        var owner = accounts[0];
        var party = await owner.PostAsync("/party/createParty", new { name = "Team" }, item => item.GetProperty("id").GetString(), stop);
        foreach (var some in accounts[1..].Chunk(atOnce))
        {
            var invite = await owner.PostAsync("/party/createInvite", new { id = party, uses = some.Length }, item => item.GetProperty("token").GetString(), stop);
            foreach (var account in some) await account.PostAsync("/party/acceptInvite", new { token = invite }, _ => true, stop);
        }

        var topic = await owner.PostAsync("/topic/createTopic", new { partyId = party, title = "Letter" }, item => item.GetProperty("id").GetString(), stop);
        return await owner.PostAsync("/topic/getTopic", new { id = topic }, item => item.GetProperty("conversationId").GetString()!, stop);
    }
}
