using System.Text.Json.Nodes;

namespace ChaturMail.Tests.Support;

/// <summary>Short ways to parties with people in them.</summary>
internal static class Parties
{
    /// <summary>Makes a party and brings others in; gives its id.</summary>
    public static async Task<string> MakeAsync(ApiClient client, string owner, params string[] others)
    {
        var id = (await client.PostAsync("/party/createParty", new { name = "Team" }, owner)).Text("id");
        foreach (var other in others) await JoinAsync(client, owner, id, other);
        return id;
    }

    /// <summary>Brings somebody into a party.</summary>
    public static async Task JoinAsync(ApiClient client, string owner, string party, string other, string role = "member")
    {
        var invite = await client.PostAsync("/party/createInvite", new { id = party, role }, owner);
        Assert.Equal(200, (await client.PostAsync("/party/acceptInvite", new { token = invite.Text("token") }, other)).HttpStatus);
    }

    /// <summary>The uid of a signed-in user.</summary>
    public static async Task<string> UidAsync(ApiClient client, string token) => (await client.PostAsync("/user/getUserData", new { }, token)).Text("uid");

    /// <summary>The roles in a party, e.g. <c>owner member</c>, in the order of coming.</summary>
    public static async Task<string> RolesAsync(ApiClient client, string token, string party)
    {
        var item = (await client.PostAsync("/party/getParty", new { id = party }, token)).Item;
        return string.Join(' ', item["members"]!.AsArray().Select(member => member!["role"]!.GetValue<string>()));
    }

    /// <summary>The items of a list, none for null.</summary>
    public static async Task<IReadOnlyList<JsonObject>> ListAsync(ApiClient client, string route, object body, string token)
    {
        var answer = await client.PostAsync(route, body, token);
        Assert.Equal(200, answer.HttpStatus);
        return answer.Payload ?? [];
    }
}
