using System.Security.Cryptography;
using System.Text;
using ChaturMail.Core.Firebase;

namespace ChaturMail.Tests.Unit.Identity;

/// <summary>The service account from the environment: what is taken, and how what cannot work is named.</summary>
public sealed class ServiceAccountOptionsTests
{
    private static readonly Lazy<string> Pem = new(() =>
    {
        using var key = RSA.Create(2048);
        return key.ExportPkcs8PrivateKeyPem();
    });

    [Fact]
    public void TheVariablesOfTheFieldAreTaken()
    {
        var options = ServiceAccountOptions.Read(name => Field().GetValueOrDefault(name))!;

        Assert.Empty(options.Validate());
        Assert.Equal(("p", "id", "a@p.example"), (options.ProjectId, options.PrivateKeyId, options.ClientEmail));
        using var key = options.ReadKey();
        Assert.Equal(2048, key.KeySize);
    }

    [Fact]
    public void WithoutAKeyAndANameThereIsNoServiceAccount() =>
        Assert.Null(ServiceAccountOptions.Read(name => name is "PRIVATE_KEY" or "CLIENT_EMAIL" ? "" : Field().GetValueOrDefault(name)));

    [Fact]
    public void WithoutAnAddressForTokensItIsGoogles() => Assert.Equal("https://oauth2.googleapis.com/token", Read("TOKEN_URI", "").TokenUri);

    [Theory]
    [InlineData("TYPE", "authorized_user")]
    [InlineData("PROJECT_ID", "")]
    [InlineData("CLIENT_EMAIL", "")]
    [InlineData("PRIVATE_KEY", "")]
    [InlineData("PRIVATE_KEY", "not base64, zebra")]
    [InlineData("PRIVATE_KEY", "emVicmE=")]
    [InlineData("TOKEN_URI", "zebra")]
    [InlineData("TOKEN_URI", "http://tokens.example/")]
    public void AVariableThatCannotWorkIsNamedAndNotQuoted(string name, string value)
    {
        var problem = Assert.Single(Read(name, value).Validate());
        Assert.StartsWith(name, problem, StringComparison.Ordinal);
        Assert.DoesNotContain("zebra", problem, StringComparison.Ordinal);
    }

    [Fact]
    public void APublicKeyOrTheBarePemIsNoPrivateKey()
    {
        using var key = RSA.Create(2048);
        Assert.Single(Read("PRIVATE_KEY", Base64(key.ExportSubjectPublicKeyInfoPem())).Validate());
        Assert.Single(Read("PRIVATE_KEY", Pem.Value).Validate());
    }

    private static ServiceAccountOptions Read(string changed, string value) =>
        ServiceAccountOptions.Read(name => name == changed ? value : Field().GetValueOrDefault(name))!;

    private static Dictionary<string, string> Field() => new()
    {
        ["TYPE"] = "service_account",
        ["PROJECT_ID"] = "p",
        ["PRIVATE_KEY_ID"] = "id",
        ["PRIVATE_KEY"] = Base64(Pem.Value),
        ["CLIENT_EMAIL"] = "a@p.example",
        ["CLIENT_ID"] = "1",
        ["AUTH_URI"] = "https://accounts.google.com/o/oauth2/auth",
        ["TOKEN_URI"] = "https://oauth2.googleapis.com/token",
        ["AUTH_PROVIDER_X509_CERT_URL"] = "https://www.googleapis.com/oauth2/v1/certs",
        ["CLIENT_X509_CERT_URL"] = "https://www.googleapis.com/robot/v1/metadata/x509/a",
    };

    private static string Base64(string pem) => Convert.ToBase64String(Encoding.ASCII.GetBytes(pem));
}
