using System.Security.Cryptography;
using System.Text;
using ChaturMail.Core.Encryption;
using ChaturMail.Tests.Support;

namespace ChaturMail.Tests.Unit.Encryption;

/// <summary>Which keys are taken.</summary>
public sealed class EncryptionOptionsTests
{
    [Fact]
    public void NoKeyIsFineAndTurnsItOff()
    {
        var options = new EncryptionOptions();
        Assert.Empty(options.Validate());
        using var keys = new EncryptionKeys(options);
        Assert.False(keys.IsOn);
    }

    [Fact]
    public void BothFormsOfAPemAreTaken()
    {
        using var rsa = RSA.Create(TestTokens.Rfc7515Key);
        foreach (var pem in new[] { rsa.ExportPkcs8PrivateKeyPem(), rsa.ExportRSAPrivateKeyPem() + "\n" })
        {
            var options = new EncryptionOptions { PrivateKey = Base64(pem) };
            Assert.Empty(options.Validate());
            using var keys = new EncryptionKeys(options);
            Assert.True(keys.IsOn && keys.Has(keys.Current.KeyId));
            Assert.Equal(TestTokens.Jwk(TestTokens.Rfc7515Key, "k")["n"]!.GetValue<string>(), keys.Current.Modulus);
        }
    }

    [Fact]
    public void WhatIsNoStrongPrivateKeyIsNamedAndNotRepeated()
    {
        using var small = RSA.Create(1024);
        using var rsa = RSA.Create(TestTokens.Rfc7515Key);
        using var curve = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var parameters = new PbeParameters(PbeEncryptionAlgorithm.Aes256Cbc, HashAlgorithmName.SHA256, 1);
        string[] wrong =
        [
            "no base64", Base64("no PEM"), Base64(small.ExportPkcs8PrivateKeyPem()), Base64(rsa.ExportSubjectPublicKeyInfoPem()),
            Base64(curve.ExportPkcs8PrivateKeyPem()), Base64(rsa.ExportEncryptedPkcs8PrivateKeyPem("password", parameters)), rsa.ExportPkcs8PrivateKeyPem(),
        ];
        Assert.All(wrong, text =>
        {
            var problem = Assert.Single(new EncryptionOptions { PrivateKey = text }.Validate());
            Assert.StartsWith("Encryption:PrivateKey ", problem, StringComparison.Ordinal);
            Assert.DoesNotContain(text, problem, StringComparison.Ordinal);
            Assert.Contains("Encryption:PreviousKeys", Assert.Single(new EncryptionOptions { PrivateKey = EncryptedClient.PrivateKey, PreviousKeys = text }.Validate()), StringComparison.Ordinal);
        });
    }

    [Fact]
    public void ThreePreviousKeysAreTheMostAndNeedACurrentOne()
    {
        var key = EncryptedClient.PrivateKey;
        Assert.Empty(new EncryptionOptions { PrivateKey = key, PreviousKeys = $"{key}, {key},{key}," }.Validate());
        Assert.Contains("3 keys", Assert.Single(new EncryptionOptions { PrivateKey = key, PreviousKeys = $"{key},{key},{key},{key}" }.Validate()), StringComparison.Ordinal);
        Assert.Contains("needs", Assert.Single(new EncryptionOptions { PreviousKeys = key }.Validate()), StringComparison.Ordinal);
    }

    [Fact]
    public async Task ManyMessagesAtOnceAreOpenedEachWithItsOwnKey()
    {
        using var keys = new EncryptionKeys(new EncryptionOptions { PrivateKey = Base64(Pem()), PreviousKeys = EncryptedClient.PrivateKey });
        using var rsa = RSA.Create(TestTokens.Rfc7515Key);

        var opened = await Task.WhenAll(Enumerable.Range(0, 200).Select(i => Task.Run(async () =>
        {
            var contentKey = SHA256.HashData([(byte)i]);
            string token;
            lock (rsa)
            {
                token = EncryptedClient.Encrypt(
                    $$"""{"alg":"RSA-OAEP-256","enc":"A256GCM","kid":"{{keys.Current.KeyId}}"}""", rsa.Encrypt(contentKey, RSAEncryptionPadding.OaepSHA256), contentKey, $"{i}");
            }

            var (message, isBusy) = await keys.OpenAsync(JweCompact.Parse(token)!, default);
            Assert.False(isBusy);
            return Encoding.ASCII.GetString(message!.Plaintext);
        })));

        Assert.Equal(Enumerable.Range(0, 200).Select(i => $"{i}"), opened);
    }

    [Theory]
    [InlineData(9)]
    [InlineData(3601)]
    public void TheReplayWindowHasLimits(int seconds) => Assert.StartsWith(
        "Encryption:ReplayWindow ", Assert.Single(new EncryptionOptions { ReplayWindow = TimeSpan.FromSeconds(seconds) }.Validate()), StringComparison.Ordinal);

    private static string Pem()
    {
        using var rsa = RSA.Create(TestTokens.Rfc7515Key);
        return rsa.ExportPkcs8PrivateKeyPem();
    }

    private static string Base64(string text) => Convert.ToBase64String(Encoding.ASCII.GetBytes(text));
}
