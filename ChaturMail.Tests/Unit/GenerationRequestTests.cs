using ChaturMail.Core.Emails;
using ChaturMail.Core.Generation;
using ChaturMail.Core.Prompts;
using ChaturMail.Core.Storage;

namespace ChaturMail.Tests.Unit;

public sealed class GenerationRequestTests
{
    private static readonly PromptTemplate Prompt = new("1", "request", "Request", "", "", 250, 0, "", [], "");

    private static readonly GenerationRequest Bare = new(Prompt, "Leave request", "annual leave", "maria@example.com");

    [Fact]
    public void TheFingerprintOfABareRequestIsTheOneThatKeysInTheFieldAreBoundTo() =>
        // SHA-256 of ["1","Leave request","annual leave","maria@example.com"].
        Assert.Equal("1b381e03212af3dc721baf05f4dd4b07308b36badc4a7317f7f7168dc04d7cfc", Bare.Fingerprint);

    [Fact]
    public void RequestsThatDifferInAnythingHaveFingerprintsOfTheirOwn()
    {
        GenerationRequest[] requests =
        [
            Bare, Bare with { Subject = "Leave" }, Bare with { Variants = 2 }, Bare with { Variants = 3 },
            With(new() { Tone = EmailTone.Formal }), With(new() { Tone = EmailTone.Friendly }), With(new() { Length = EmailLength.Short }),
            With(new() { Language = "de" }), With(new() { SenderName = "Asha" }), With(new() { RecipientName = "Asha" }),
            With(new() { Signature = "Asha" }), With(new() { Instructions = "Asha" }), With(new() { Context = "Asha" }), With(new() { Model = "Asha" }),
            With(new() { Placeholders = new Dictionary<string, string> { ["a"] = "b" } }), Bare with { AskedAs = "{}" }, Bare with { AskedAs = "{\"id\":\"1\"}" },
        ];

        Assert.Equal(requests.Length, requests.Select(request => request.Fingerprint).Distinct().Count());
        Assert.Equal(With(new() { Tone = EmailTone.Formal }).Fingerprint, With(new() { Tone = EmailTone.Formal }).Fingerprint);
    }

    [Fact]
    public void TheIdsOfVariantsFollowTheirFirstAndAreNobodyElses()
    {
        var ids = new List<string>();
        for (var i = 0; i < 1000; i++)
        {
            var first = DocumentId.New(TimeProvider.System);
            for (var variant = 0; variant < DocumentId.Variants; variant++) ids.Add(DocumentId.Variant(first, variant));
        }

        Assert.Equal(ids.Count, ids.Distinct().Count());
        Assert.Equal(ids.Order(StringComparer.Ordinal), ids);
        Assert.All(ids, id => Assert.True(DocumentId.IsValid(id)));
        Assert.Throws<ArgumentOutOfRangeException>(() => DocumentId.Variant(ids[0], DocumentId.Variants));
        Assert.Throws<ArgumentException>(() => DocumentId.Variant("6b018b08c371b1bcac5105ff", 1));
    }

    private static GenerationRequest With(EmailOptions options) => Bare with { Options = options };
}
