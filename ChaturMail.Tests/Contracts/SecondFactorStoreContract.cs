using ChaturMail.Core.Storage;

namespace ChaturMail.Tests.Contracts;

/// <summary>What every <see cref="ISecondFactorStore"/> does.</summary>
public abstract class SecondFactorStoreContract
{
    protected abstract StoreFixture Open();

    [Fact]
    public async Task NothingIsKeptForWhoHasNoAccount()
    {
        await using var f = Open();
        Assert.Null(await f.SecondFactors.FindAsync("asha", default));
        Assert.False(await f.SecondFactors.SetEmailAsync("asha", true, default));
        Assert.False(await f.SecondFactors.SetPendingTotpAsync("asha", "sealed", default));
        Assert.False(await f.SecondFactors.RenewRecoveryCodesAsync("asha", ["one"], default));
        await f.SecondFactors.RememberAddressAsync("asha", "digest", default);
        Assert.False(await f.SecondFactors.TurnOffAsync("asha", default));
        Assert.Null(await f.SecondFactors.FindAsync("asha", default));
    }

    [Fact]
    public async Task ASecretCountsOnceItWasConfirmedAndOneConfirmationSucceeds()
    {
        await using var f = await OpenAsync();
        Assert.True(await f.SecondFactors.SetPendingTotpAsync("asha", "first", default));
        Assert.True(await f.SecondFactors.SetPendingTotpAsync("asha", "second", default));
        Assert.False((await f.SecondFactors.FindAsync("asha", default))!.IsOn);
        Assert.False(await f.SecondFactors.ConfirmTotpAsync("asha", "first", 100, ["a"], default));
        Assert.False(await f.SecondFactors.TakeStepAsync("asha", 100, default));

        var confirmed = await Task.WhenAll(Enumerable.Range(0, 20).Select(i => f.SecondFactors.ConfirmTotpAsync("asha", "second", 100, [$"a{i}", $"b{i}"], default)));

        Assert.Single(confirmed, c => c);
        Assert.Equal(new FactorState(false, "second", null, 2, null), await f.SecondFactors.FindAsync("asha", default));
    }

    [Fact]
    public async Task AStepIsTakenOnceAndNoneBeforeIt()
    {
        await using var f = await OpenAsync();
        await ConfirmAsync(f, "asha", 100);
        Assert.False(await f.SecondFactors.TakeStepAsync("asha", 100, default));

        var taken = await Task.WhenAll(Enumerable.Range(0, 50).Select(_ => f.SecondFactors.TakeStepAsync("asha", 102, default)));

        Assert.Single(taken, t => t);
        Assert.False(await f.SecondFactors.TakeStepAsync("asha", 101, default));
        Assert.True(await f.SecondFactors.TakeStepAsync("asha", 103, default));
    }

    [Fact]
    public async Task ARecoveryCodeIsGoodOnceAndNewOnesEndTheOld()
    {
        await using var f = await OpenAsync();
        await ConfirmAsync(f, "asha", 100, "a", "b", "c");

        var taken = await Task.WhenAll(Enumerable.Range(0, 50).Select(_ => f.SecondFactors.TakeRecoveryCodeAsync("asha", "a", default)));

        Assert.Single(taken, t => t);
        Assert.Equal(2, (await f.SecondFactors.FindAsync("asha", default))!.RecoveryCodesLeft);
        Assert.True(await f.SecondFactors.RenewRecoveryCodesAsync("asha", ["d"], default));
        Assert.False(await f.SecondFactors.TakeRecoveryCodeAsync("asha", "b", default));
        Assert.True(await f.SecondFactors.TakeRecoveryCodeAsync("asha", "d", default));
    }

    [Fact]
    public async Task ASecretIsSealedAnewUnlessItHasChanged()
    {
        await using var f = await OpenAsync();
        await ConfirmAsync(f, "asha", 100);
        await f.SecondFactors.ResealTotpAsync("asha", "another", "wrong", default);
        await f.SecondFactors.ResealTotpAsync("asha", "secret of asha", "renewed", default);
        Assert.Equal("renewed", (await f.SecondFactors.FindAsync("asha", default))!.TotpSecret);
        Assert.False(await f.SecondFactors.TakeStepAsync("asha", 100, default));
    }

    [Fact]
    public async Task ASecretThatWaitsIsForgottenWhenCodesByEmailAreTurnedOn()
    {
        await using var f = await OpenAsync();
        await f.SecondFactors.SetPendingTotpAsync("asha", "pending", default);

        Assert.True(await f.SecondFactors.SetEmailAsync("asha", true, default));

        Assert.Equal(new FactorState(true, null, null, 0, null), await f.SecondFactors.FindAsync("asha", default));
        Assert.False(await f.SecondFactors.ConfirmTotpAsync("asha", "pending", 100, ["a"], default));
    }

    [Fact]
    public async Task TurningOffLeavesTheAddressAndNothingElse()
    {
        await using var f = await OpenAsync();
        await ConfirmAsync(f, "asha", 100, "a");
        await f.SecondFactors.SetEmailAsync("asha", true, default);
        await f.SecondFactors.SetPendingTotpAsync("asha", "pending", default);
        await f.SecondFactors.RememberAddressAsync("asha", "digest", default);

        Assert.True(await f.SecondFactors.TurnOffAsync("asha", default));

        Assert.Equal(FactorState.None with { AddressDigest = "digest" }, await f.SecondFactors.FindAsync("asha", default));
        Assert.False(await f.SecondFactors.TakeStepAsync("asha", 200, default));
        Assert.False(await f.SecondFactors.TakeRecoveryCodeAsync("asha", "a", default));
        Assert.False(await f.SecondFactors.TurnOffAsync("asha", default));
    }

    [Fact]
    public async Task ItEndsWithTheAccountAndNobodyElsesDoes()
    {
        await using var f = await OpenAsync();
        await f.SignInAsync("maria");
        foreach (var uid in new[] { "asha", "maria" }) await ConfirmAsync(f, uid, 100, "a");

        await f.Users.DeleteAsync("asha", default);
        await f.SignInAsync("asha");

        Assert.Null(await f.SecondFactors.FindAsync("asha", default));
        Assert.False(await f.SecondFactors.TakeRecoveryCodeAsync("asha", "a", default));
        Assert.Equal(new FactorState(false, "secret of maria", null, 1, null), await f.SecondFactors.FindAsync("maria", default));
    }

    private static async Task ConfirmAsync(StoreFixture f, string uid, long totpStep, params string[] recovery)
    {
        await f.SecondFactors.SetPendingTotpAsync(uid, "secret of " + uid, default);
        Assert.True(await f.SecondFactors.ConfirmTotpAsync(uid, "secret of " + uid, totpStep, recovery, default));
    }

    private async Task<StoreFixture> OpenAsync()
    {
        var fixture = Open();
        await fixture.SignInAsync("asha");
        return fixture;
    }
}
