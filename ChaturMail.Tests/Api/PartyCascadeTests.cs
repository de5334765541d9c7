using System.Collections.Concurrent;
using ChaturMail.Core.Parties;
using ChaturMail.Core.Storage;
using ChaturMail.Tests.Support;
using Microsoft.Extensions.DependencyInjection;

namespace ChaturMail.Tests.Api;

/// <summary>What goes with a party and with its members, also when something fails on the way; and what is held on a user.</summary>
public sealed class PartyCascadeTests
{
    [Fact]
    public async Task WhatBelongsToAPartyGoesWithItAndItsMembersAndIsFinishedByTheSweepWhenItFails()
    {
        var content = new RecordingContent();
        await using var api = await StartAsync(content);
        var client = api.Client;
        var (owner, leaver) = (await client.SignInAsync("owner@example.com"), await client.SignInAsync("leaver@example.com"));
        var removed = await client.SignInAsync("removed@example.com");
        var party = await Parties.MakeAsync(client, owner, leaver, removed);
        var (leaverId, removedId) = (await Parties.UidAsync(client, leaver), await Parties.UidAsync(client, removed));

        await client.PostAsync("/party/leaveParty", new { id = party }, leaver);
        // The sweep may do it again, which harms nobody.
        Assert.Equal([$"{party} without {leaverId}"], content.Done.Distinct());

        // From here on it fails, as where a store is away; the user is out all the same.
        content.Fails = true;
        Assert.Equal(200, (await client.PostAsync("/party/removeMember", new { id = party, userId = removedId }, owner)).HttpStatus);
        Assert.Equal("owner", await Parties.RolesAsync(client, owner, party));
        Assert.Equal(200, (await client.PostAsync("/party/deleteParty", new { id = party }, owner)).HttpStatus);
        Assert.Equal("party_not_found", (await client.PostAsync("/party/getParty", new { id = party }, owner)).Code);
        // Asked again by who deleted it, it is deleted; to others there never was one.
        Assert.Equal(200, (await client.PostAsync("/party/deleteParty", new { id = party }, owner)).HttpStatus);
        Assert.Equal("party_not_found", (await client.PostAsync("/party/deleteParty", new { id = party }, leaver)).Code);
        Assert.Single(content.Done.Distinct());

        content.Fails = false;
        await Eventually.TrueAsync(async () => await api.App.Services.GetRequiredService<IDocumentStore>().FindAsync("party", party, default) is null);
        Assert.Contains($"{party} deleted", content.Done);
        Assert.Equal("party_not_found", (await client.PostAsync("/party/deleteParty", new { id = party }, owner)).Code);
    }

    [Fact]
    public async Task ADepartureThatFailedIsFinishedByTheSweep()
    {
        var content = new RecordingContent { Fails = true };
        await using var api = await StartAsync(content);
        var (owner, leaver) = (await api.Client.SignInAsync("owner@example.com"), await api.Client.SignInAsync("leaver@example.com"));
        var party = await Parties.MakeAsync(api.Client, owner, leaver);
        await api.Client.PostAsync("/party/leaveParty", new { id = party }, leaver);

        content.Fails = false;

        var parties = new Documents<Party>(api.App.Services.GetRequiredService<IDocumentStore>(), PartyMembership.Kind);
        await Eventually.TrueAsync(async () => (await parties.FindAsync(party, default))!.Leaving.Count == 0);
        Assert.StartsWith(party + " without ", Assert.Single(content.Done.Distinct()), StringComparison.Ordinal);
    }

    [Fact]
    public async Task AnErasedOwnersPartyPassesOnAlsoToWhoHasTenAndOneWithNobodyElseGoes()
    {
        var content = new RecordingContent();
        await using var api = await StartAsync(content);
        var client = api.Client;
        var (owner, admin, member) = (await client.SignInAsync("owner@example.com"), await client.SignInAsync("admin@example.com"), await client.SignInAsync("member@example.com"));
        var ownerId = await Parties.UidAsync(client, owner);
        var shared = await Parties.MakeAsync(client, owner, member);
        await Parties.JoinAsync(client, owner, shared, admin, "admin");
        var theirs = await Parties.MakeAsync(client, member, owner);
        var alone = await Parties.MakeAsync(client, owner);
        for (var i = 0; i < 10; i++) await Parties.MakeAsync(client, admin);
        await client.PostAsync("/party/createInvite", new { id = shared }, owner);

        Assert.Equal(200, (await client.PostAsync("/user/deleteUser", new { }, owner)).HttpStatus);

        Assert.Equal("member owner", await Parties.RolesAsync(client, admin, shared));
        Assert.Equal("owner", await Parties.RolesAsync(client, member, theirs));
        Assert.Empty(await Parties.ListAsync(client, "/party/getInvites", new { id = shared }, admin));
        Assert.Equal(new[] { $"{alone} deleted", $"{shared} without {ownerId}", $"{theirs} without {ownerId}" }.Order(), content.Done.Order());
        var left = api.App.Services.GetRequiredService<Core.Storage.Sqlite.SqliteDatabase>().Read(
            db => db.List(row => row.GetString(0), "SELECT data FROM documents UNION ALL SELECT key FROM document_keys UNION ALL SELECT value FROM document_uniques"));
        Assert.DoesNotContain(left, text => text.Contains(ownerId, StringComparison.Ordinal));
        // The same person comes back to none of them.
        Assert.Empty(await Parties.ListAsync(client, "/party/getParties", new { }, await client.SignInAsync("owner@example.com")));
    }

    [Fact]
    public async Task AnArchiveHoldsTheUsersPartiesAndNothingOfTheOthers()
    {
        await using var api = await TestApi.StartAsync();
        var (owner, member) = (await api.Client.SignInAsync("owner@example.com"), await api.Client.SignInAsync("member@example.com"));
        var party = await Parties.MakeAsync(api.Client, owner, member);
        var prompt = (await api.Client.PostAsync("/prompt/savePrompt", new { title = "t", guidance = "g" }, owner)).Text("id");
        await api.Client.PostAsync("/prompt/sharePrompt", new { id = prompt, partyId = party }, owner);
        var invite = (await api.Client.PostAsync("/party/createInvite", new { id = party, uses = 4 }, owner)).Item["invite"]!["id"]!.GetValue<string>();

        var archive = (await api.Client.PostAsync("/user/exportData", new { }, owner)).Item;

        var shown = Assert.Single(archive["parties"]!.AsArray())!;
        Assert.Equal((party, "Team", "owner"), (shown["id"]!.GetValue<string>(), shown["name"]!.GetValue<string>(), shown["role"]!.GetValue<string>()));
        Assert.Equal(prompt, Assert.Single(shown["sharedPrompts"]!.AsArray())!["id"]!.GetValue<string>());
        Assert.Contains(shown["invites"]!.AsArray(), one => one!["id"]!.GetValue<string>() == invite && one["mostUses"]!.GetValue<int>() == 4);
        Assert.DoesNotContain(await Parties.UidAsync(api.Client, member), archive["parties"]!.ToJsonString(), StringComparison.Ordinal);
        var theirs = (await api.Client.PostAsync("/user/exportData", new { }, member)).Item;
        Assert.Equal(("member", 0), (theirs["parties"]![0]!["role"]!.GetValue<string>(), theirs["parties"]![0]!["invites"]!.AsArray().Count));
    }

    private static Task<TestApi> StartAsync(RecordingContent content) =>
        TestApi.StartAsync(services => services.AddSingleton<IPartyContent>(content), "Worker:SweepEvery=00:00:01");

    private sealed class RecordingContent : IPartyContent
    {
        public ConcurrentQueue<string> Done { get; } = new();

        public volatile bool Fails;

        public Task DeleteAsync(string partyId, CancellationToken cancellation) => DoAsync($"{partyId} deleted");

        public Task RemoveMemberAsync(string partyId, string uid, CancellationToken cancellation) => DoAsync($"{partyId} without {uid}");

        private Task DoAsync(string what)
        {
            if (Fails) throw new IOException("away");
            Done.Enqueue(what);
            return Task.CompletedTask;
        }
    }
}
