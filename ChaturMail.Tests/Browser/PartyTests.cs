using System.Text.RegularExpressions;
using ChaturMail.Tests.Support;
using ChaturMail.Tests.Support.Browser;
using Microsoft.Playwright;

namespace ChaturMail.Tests.Browser;

/// <summary>Parties in the browser: how they are made, joined, run and left, and what their members share.</summary>
public sealed class PartyTests(WebBrowser browser, SharedWebStack web) : BrowserTests(browser, web)
{
    [Fact]
    public async Task APartyIsMadeAndJoinedByItsLinkThroughTheSignIn()
    {
        var stack = await StackAsync();
        var (owner, guest) = (await NewPageAsync(stack), await NewPageAsync(stack, width: 360, height: 780));
        await stack.SignInAsync(owner, "party-owner@example.com");
        await owner.GotoAsync("/#/parties");
        await owner.GetByRole(AriaRole.Button, new() { Name = "New party" }).ClickAsync();
        await owner.GetByLabel("Name of the party").FillAsync("Sales, south");
        // What was typed and not sent is there the next time.
        await owner.Keyboard.PressAsync("Escape");
        await owner.GetByRole(AriaRole.Button, new() { Name = "New party" }).ClickAsync();
        await Expect(owner.GetByLabel("Name of the party")).ToHaveValueAsync("Sales, south");
        await owner.Keyboard.PressAsync("Enter");
        await Expect(owner.GetByRole(AriaRole.Heading, new() { Name = "Sales, south", Level = 1 })).ToBeVisibleAsync();

        await owner.GetByRole(AriaRole.Button, new() { Name = "Invite people" }).ClickAsync();
        await owner.GetByLabel("For how many people").FillAsync("101");
        await owner.GetByRole(AriaRole.Button, new() { Name = "Make the link" }).ClickAsync();
        await Expect(owner.GetByText("Enter a number from 1 to 100.")).ToBeVisibleAsync();
        await owner.GetByLabel("For how many people").FillAsync("2");
        await owner.GetByRole(AriaRole.Button, new() { Name = "Make the link" }).ClickAsync();
        var link = await owner.GetByLabel("Link", new() { Exact = true }).InputValueAsync();
        Assert.Contains("/#/join/", link);
        await Expect(owner.GetByAltText("QR code of the link")).ToBeVisibleAsync();
        await owner.GetByRole(AriaRole.Button, new() { Name = "Copy the link" }).ClickAsync();
        await Expect(owner.GetByRole(AriaRole.Dialog).GetByText("Copied")).ToBeVisibleAsync();
        Assert.Equal(link, await owner.EvaluateAsync<string>("() => navigator.clipboard.readText()"));
        await owner.GetByRole(AriaRole.Button, new() { Name = "Close" }).First.ClickAsync();
        await Expect(owner.GetByText("0 of 2 used")).ToBeVisibleAsync();

        await guest.GotoAsync(link[link.IndexOf("/#/", StringComparison.Ordinal)..]);
        await guest.GetByLabel("Email address").FillAsync("party-guest@example.com");
        await guest.GetByRole(AriaRole.Button, new() { Name = "Sign in", Exact = true }).ClickAsync();
        await Expect(guest.GetByRole(AriaRole.Heading, new() { Name = "Sales, south" })).ToBeVisibleAsync();
        await guest.GetByRole(AriaRole.Button, new() { Name = "Join the party" }).ClickAsync();

        await Expect(guest).ToHaveURLAsync(new Regex("#/parties/[0-9a-f]{24}$"));
        await Expect(guest.GetByText("2 of 10")).ToBeVisibleAsync();
        await owner.ReloadAsync();
        await Expect(owner.GetByText("1 of 2 used")).ToBeVisibleAsync();
        await Expect(owner.Locator(".people .person")).ToHaveCountAsync(2);
    }

    [Fact]
    public async Task AnInviteThatIsNotGoodAnyMoreIsToldWithAWayOn()
    {
        var (stack, page, session) = await OpenAsync("invited-late@example.com");
        ExpectProblem("status of 404");
        var owner = await stack.SessionAsync("invite-owner@example.com");
        var party = await Parties.MakeAsync(stack.Client, owner.Token);
        var invite = await stack.Client.PostAsync("/party/createInvite", new { id = party }, owner.Token);
        await page.GotoAsync("/#/join/" + invite.Text("token"));
        await Expect(page.GetByRole(AriaRole.Button, new() { Name = "Join the party" })).ToBeVisibleAsync();
        await stack.Client.PostAsync("/party/revokeInvite", new { id = party, inviteId = invite.Item["invite"]!["id"]!.GetValue<string>() }, owner.Token);

        await page.GetByRole(AriaRole.Button, new() { Name = "Join the party" }).ClickAsync();

        await Expect(page.GetByText("This invite is not good any more.")).ToBeVisibleAsync();
        await page.GetByRole(AriaRole.Link, new() { Name = "All parties" }).ClickAsync();
        await Expect(page.GetByText("You are in no party yet.")).ToBeVisibleAsync();
        Assert.Empty(await Parties.ListAsync(stack.Client, "/party/getParties", new { }, session.Token));
    }

    [Fact]
    public async Task TheOwnerChangesRolesRemovesMembersAndHandsOver()
    {
        var (stack, page, owner) = await OpenAsync("roles-owner@example.com");
        var (ben, carla) = (await stack.SessionAsync("roles-ben@example.com"), await stack.SessionAsync("roles-carla@example.com"));
        var party = await Parties.MakeAsync(stack.Client, owner.Token, ben.Token, carla.Token);
        await page.GotoAsync("/#/parties/" + party);
        var members = page.Locator(".people > li", new() { Has = page.Locator(".person") });
        await members.Nth(1).GetByText("Manage").ClickAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Make admin" }).ClickAsync();
        await Expect(members.Nth(1)).ToContainTextAsync("Admin");
        await members.Nth(2).GetByText("Manage").ClickAsync();
        await members.Nth(2).GetByRole(AriaRole.Button, new() { Name = "Remove" }).ClickAsync();
        await page.GetByRole(AriaRole.Dialog).GetByRole(AriaRole.Button, new() { Name = "Remove" }).ClickAsync();
        await Expect(members).ToHaveCountAsync(2);

        await members.Nth(1).GetByRole(AriaRole.Button, new() { Name = "Hand over" }).ClickAsync();
        await page.GetByRole(AriaRole.Dialog).GetByRole(AriaRole.Button, new() { Name = "Hand over" }).ClickAsync();

        await Expect(page.GetByRole(AriaRole.Button, new() { Name = "Delete the party" })).ToHaveCountAsync(0);
        await Expect(page.GetByRole(AriaRole.Button, new() { Name = "Leave" })).ToBeVisibleAsync();
        Assert.Equal("admin owner", await Parties.RolesAsync(stack.Client, owner.Token, party));
    }

    [Fact]
    public async Task AMemberLeavesAndTheOwnerDeletesTheParty()
    {
        var (stack, page, owner) = await OpenAsync("ending-owner@example.com");
        var ben = await stack.SessionAsync("ending-ben@example.com");
        var party = await Parties.MakeAsync(stack.Client, owner.Token, ben.Token);
        var other = await NewPageAsync(stack);
        await stack.SignInAsync(other, ben.Email);
        await other.GotoAsync("/#/parties/" + party);
        await Expect(other.GetByRole(AriaRole.Button, new() { Name = "Rename the party" })).ToHaveCountAsync(0);
        await other.GetByRole(AriaRole.Button, new() { Name = "Leave" }).ClickAsync();
        await other.GetByRole(AriaRole.Dialog).GetByRole(AriaRole.Button, new() { Name = "Leave" }).ClickAsync();
        await Expect(other.GetByText("You are in no party yet.")).ToBeVisibleAsync();

        await page.GotoAsync("/#/parties/" + party);
        await page.GetByRole(AriaRole.Button, new() { Name = "Rename the party" }).ClickAsync();
        await page.GetByLabel("Name of the party").FillAsync("Sales, north");
        await page.GetByRole(AriaRole.Button, new() { Name = "Save", Exact = true }).ClickAsync();
        await Expect(page.GetByRole(AriaRole.Heading, new() { Name = "Sales, north" })).ToBeVisibleAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Delete the party" }).ClickAsync();
        await page.GetByRole(AriaRole.Dialog).GetByRole(AriaRole.Button, new() { Name = "Delete" }).ClickAsync();

        await Expect(page.GetByText("You are in no party yet.")).ToBeVisibleAsync();
        Assert.Equal(404, (await stack.Client.PostAsync("/party/getParty", new { id = party }, owner.Token)).HttpStatus);
    }

    [Fact]
    public async Task ASharedTemplateStandsInTheOthersGalleryUnderThePartysName()
    {
        var (stack, page, owner) = await OpenAsync("sharing-owner@example.com");
        var ben = await stack.SessionAsync("sharing-ben@example.com");
        var party = await Parties.MakeAsync(stack.Client, owner.Token, ben.Token);
        await stack.Client.PostAsync("/prompt/savePrompt", new { title = "Dunning letter", guidance = "Ask {client} to pay.", placeholders = new[] { "client" } }, owner.Token);
        await page.GotoAsync("/#/parties/" + party);
        await page.GetByRole(AriaRole.Button, new() { Name = "Share a template" }).ClickAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Dunning letter" }).ClickAsync();
        await Expect(page.GetByRole(AriaRole.Link, new() { Name = "Dunning letter" })).ToBeVisibleAsync();

        var other = await NewPageAsync(stack);
        await stack.SignInAsync(other, ben.Email);
        await other.GotoAsync("/#/write");
        await Expect(other.Locator(".templates .card", new() { HasText = "Dunning letter" })).ToContainTextAsync("Shared in the party Team.");
        await other.GetByRole(AriaRole.Link, new() { Name = "Dunning letter" }).ClickAsync();
        await Expect(other.GetByLabel("client")).ToBeVisibleAsync();

        await page.GetByRole(AriaRole.Button, new() { Name = "Share “Dunning letter” no more" }).ClickAsync();
        await Expect(page.GetByText("No templates are shared yet.")).ToBeVisibleAsync();
        await other.GotoAsync("/#/write");
        await Expect(other.Locator(".templates .card", new() { HasText = "Dunning letter" })).ToHaveCountAsync(0);
    }

    private async Task<(WebStack Stack, IPage Page, WebSession Session)> OpenAsync(string email)
    {
        var stack = await StackAsync();
        var page = await NewPageAsync(stack);
        return (stack, page, await stack.SignInAsync(page, email));
    }
}
