using ChaturMail.Core.Accounts;
using ChaturMail.Core.Storage;
using Microsoft.Extensions.DependencyInjection;

namespace ChaturMail.Tests.Support;

/// <summary>Makes operators of users, and what operators publish.</summary>
internal static class Operators
{
    /// <summary>The smallest PNG: one pixel.</summary>
    public const string Png =
        "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNkYPhfDwAChwGA60e6kgAAAABJRU5ErkJggg==";

    public const string Tutorial = "---\ntitle: Toasts\norder: 3\n---\nRaise a **glass**, see [here](https://example.com/toasts).\n\n<script>alert(1)</script>";

    /// <summary>A template that is published, without a section for the offline composer.</summary>
    public static string Template(string id = "900", string slug = "toast", string title = "Toast", int coins = 120) =>
        $"""
        ---
        id: "{id}"
        slug: {slug}
        title: {title}
        shortDescription: A few words for a party.
        description: For a speech at a table. Good keywords are who is celebrated and why.
        maxTokens: {coins}
        ---
        # Guidance

        - Purpose: a toast that can be spoken in a minute.

        # Example

        Subject: Toast for Ana
        Keywords: ten years, good humour
        To: team@kruidhuis.example
        From: Camila Rojas

        Dear all,

        to Ana, and to ten years of good humour.

        Camila Rojas

        # Example

        Subject: Toast for Ben
        Keywords: first book
        To: friends@kruidhuis.example
        From: Camila Rojas

        Dear friends,

        to Ben and the first book.

        Camila Rojas
        """;

    public static async Task<string> UidAsync(ApiClient client, string token) => (await client.PostAsync("/user/getUserData", new { }, token)).Text("uid");

    /// <summary>Makes an operator of the user and gives their uid.</summary>
    public static async Task<string> MakeAsync(TestApi api, string token)
    {
        var uid = await UidAsync(api.Client, token);
        Assert.True(await api.App.Services.GetRequiredService<IUserStore>().SetAdminAsync(uid, true, default));
        await api.App.Services.GetRequiredService<UserCache>().ChangedAsync(uid);
        return uid;
    }
}
