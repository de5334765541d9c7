namespace ChaturMail.Tests.Plain;

/// <summary>So that a run of the plain build's tests shows what it does not test.</summary>
public sealed class MongoStoreTests
{
    [Fact]
    public void AskingForMongoDbIsAnsweredWithWhatToDo() => Api.StartupTests.AssertRefused("Cloud=true", "DB_URI=mongodb://db/chaturmail");

    [Fact]
    public void TheStorageContractOnMongoDbNeedsTheCloudBuild() =>
        Assert.Skip("The plain build has no store on MongoDB: build with Cloud=true and name a server in CHATURMAIL_TEST_MONGO.");
}
