using System.Globalization;
using ChaturMail.Tests.Support;

namespace ChaturMail.Tests.EndToEnd;

/// <summary>Real processes: sessions end on all instances, keys are changed without signing anybody out, a command makes an operator.</summary>
public sealed class SessionsTests
{
    private const string OldKey = "mT4zq9Lr0vXc7Kp2Ws8Yb5Nd1Hf6Jg3Ae";
    private const string NewKey = "kJ8vQ2mZx7Lr4Tn9Wb3Yc6Hd1Fg5Ps0AqR";

    private static readonly object Nothing = new();

    [Fact]
    public async Task WhatEndsOnOneInstanceIsRefusedByTheOtherAtTheNextRequest()
    {
        using var folder = new TextFolder();
        await using var redis = await RedisServer.StartAsync();
        (string, string)[] environment = [("REDIS_IP", "127.0.0.1"), ("REDIS_PORT", redis.Port.ToString(CultureInfo.InvariantCulture))];
        var (first, one) = await ProductProcess.StartApiAsync(folder.Path, environment);
        await using var firstProcess = first;
        using var oneClient = one;
        var (second, other) = await ProductProcess.StartApiAsync(folder.Path, environment);
        await using var secondProcess = second;
        using var otherClient = other;
        var tokens = new List<string>();
        for (var i = 0; i < 4; i++) tokens.Add(await one.SignInAsync());
        foreach (var token in tokens) await ExpectAsync(200, token);

        await one.PostAsync("/auth/logout", Nothing, tokens[0]);
        await ExpectAsync(401, tokens[0]);
        await ExpectAsync(200, tokens[1]);

        var listed = (await other.PostAsync("/auth/getSessions", Nothing, tokens[1])).Items;
        var stranger = listed.First(session => !session["current"]!.GetValue<bool>())["id"]!.GetValue<string>();
        Assert.Equal((3, 200), (listed.Count, (await other.PostAsync("/auth/endSession", new { id = stranger }, tokens[1])).HttpStatus));
        var left = new List<string>();
        foreach (var token in tokens[1..])
            if ((await one.PostAsync("/user/getUserData", Nothing, token)).HttpStatus == 200) left.Add(token);
        Assert.Equal(2, left.Count);

        await other.PostAsync("/auth/logout", new { all = true }, left[0]);
        foreach (var token in tokens) await ExpectAsync(401, token);

        var last = await other.SignInAsync();
        await ExpectAsync(200, last);
        await one.PostAsync("/user/deleteUser", Nothing, last);
        await ExpectAsync(401, last);

        async Task ExpectAsync(int status, string token)
        {
            foreach (var client in new[] { one, other }) Assert.Equal(status, (await client.PostAsync("/user/getUserData", Nothing, token)).HttpStatus);
        }
    }

    [Fact]
    public async Task AKeyIsChangedOneInstanceAtATimeWithoutSigningAnybodyOut()
    {
        using var folder = new TextFolder();
        var (behind, ahead) = (
            await ProductProcess.StartApiAsync(folder.Path, ("JWT_KEY", OldKey), ("JWT_PREVIOUS_KEYS", NewKey)),
            await ProductProcess.StartApiAsync(folder.Path, ("JWT_KEY", NewKey), ("JWT_PREVIOUS_KEYS", OldKey)));
        await using var behindProcess = behind.Process;
        await using var aheadProcess = ahead.Process;
        using var behindClient = behind.Client;
        using var aheadClient = ahead.Client;

        string[] tokens = [await behind.Client.SignInAsync(), await ahead.Client.SignInAsync()];

        foreach (var token in tokens)
            foreach (var client in new[] { behind.Client, ahead.Client })
                Assert.Equal(200, (await client.PostAsync("/user/getUserData", Nothing, token)).HttpStatus);
    }

    [Fact]
    public async Task TheFirstOperatorIsMadeByACommand()
    {
        using var folder = new TextFolder();
        var (process, client) = await ProductProcess.StartApiAsync(folder.Path);
        await using var api = process;
        using var _ = client;
        await client.SignInAsync();

        Assert.Equal(1, await RunAsync("There is no such user", "admin", "grant", "nobody@example.com"));
        Assert.Equal(2, await RunAsync("grant EMAIL|UID", "admin", "promote"));
        Assert.Equal(0, await RunAsync("There is no operator", "admin", "list"));
        Assert.Equal(0, await RunAsync("is an operator now", "admin", "grant", "asha.rao@example.com"));
        Assert.Equal(0, await RunAsync("asha.rao@example.com", "admin", "list"));
        Assert.Equal(0, await RunAsync("is no operator any more", "admin", "revoke", "asha.rao@example.com"));

        async Task<int> RunAsync(string line, params string[] command)
        {
            await using var run = ProductProcess.Start("ChaturMail.Api", command, [("ASPNETCORE_ENVIRONMENT", "Development"), ("DATA_DIR", folder.Path)]);
            var code = await run.ExitAsync();
            // What was written is read after the exit was noticed.
            await Eventually.TrueAsync(() => Task.FromResult(run.Lines.Any(l => l.Contains(line, StringComparison.Ordinal))));
            return code;
        }
    }
}
