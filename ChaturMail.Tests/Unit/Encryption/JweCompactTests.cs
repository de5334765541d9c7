using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using ChaturMail.Core.Encryption;
using ChaturMail.Tests.Support;

namespace ChaturMail.Tests.Unit.Encryption;

/// <summary>RFC 7516 appendix A.1, RFC 7520 section 5.2, RFC 7638 section 3.1, and what must not be opened.</summary>
public sealed class JweCompactTests
{
    // Both vectors wrap the key by RSA-OAEP with SHA-1, which is not taken here: what they hold of A256GCM and of the compact form applies.
    private const string Rfc7516 =
        "eyJhbGciOiJSU0EtT0FFUCIsImVuYyI6IkEyNTZHQ00ifQ."
        + "OKOawDo13gRp2ojaHV7LFpZcgV7T6DVZKTyKOMTYUmKoTCVJRgckCL9kiMT03JGeipsEdY3mx_etLbbWSrFr05kLzcSr4qKAq7YN7e9jwQRb23nfa6c9d-StnImG"
        + "yFDbSv04uVuxIp5Zms1gNxKKK2Da14B8S4rzVRltdYwam_lDp5XnZAYpQdb76FdIKLaVmqgfwX7XWRxv2322i-vDxRfqNzo_tETKzpVLzfiwQyeyPGLBIO56YJ7e"
        + "Obdv0je81860ppamavo35UgoRdbYaBcoh9QcfylQr66oc6vFWXRcZ_ZT2LawVCWTIy3brGPi6UklfCpIMfIjf7iGdXKHzg."
        + "48V1_ALb6US04U3b.5eym8TW_c8SuK0ltJ3rpYIzOeDQz7TALvtu6UG9oMo4vpzs9tX_EFShS8iB7j6jiSdiwkIr3ajwQzaBtQD_A.XFBoMYUZodetZdvTiFvSkQ";

    private const string Rfc7520 =
        "eyJhbGciOiJSU0EtT0FFUCIsImtpZCI6InNhbXdpc2UuZ2FtZ2VlQGhvYmJpdG9uLmV4YW1wbGUiLCJlbmMiOiJBMjU2R0NNIn0..-nBoKLH0YkLZPSI9."
        + "o4k2cnGN8rSSw3IDo1YuySkqeS_t2m1GXklSgqBdpACm6UJuJowOHC5ytjqYgRL-I-soPlwqMUf4UgRWWeaOGNw6vGW-xyM01lTYxrXfVzIIaRdhYtEMRBvBWbEw"
        + "P7ua1DRfvaOjgZv6Ifa3brcAM64d8p5lhhNcizPersuhw5f-pGYzseva-TUaL8iWnctc-sSwy7SQmRkfhDjwbz0fz6kFovEgj64X1I5s7E6GLp5fnbYGLa1QUiML"
        + "7Cc2GxgvI7zqWo0YIEc7aCflLG1-8BboVWFdZKLK9vNoycrYHumwzKluLWEbSVmaPpOslY2n525DxDfWaVFUfKQxMF56vn4B9QMpWAbnypNimbM8zVOw"
        + ".UCGiqJxhBI3IFVdPalHHvA";

    private static readonly byte[] Rfc7516Key =
    [
        177, 161, 244, 128, 84, 143, 225, 115, 63, 180, 3, 255, 107, 154, 212, 246, 138, 7, 110, 91, 112, 46, 34, 105, 47, 130, 203, 46,
        122, 234, 64, 252,
    ];

    private static readonly RSA Key = RSA.Create(TestTokens.Rfc7515Key);

    private static readonly byte[] ContentKey = SHA256.HashData("a content key"u8);

    [Fact]
    public void TheExampleOfRfc7516IsReadUnderItsContentKey()
    {
        var message = JweCompact.Parse(Rfc7516)!;

        Assert.Equal(("RSA-OAEP", "A256GCM", null), (message.Algorithm, message.Encryption, message.KeyId));
        Assert.Equal("The true sign of intelligence is not knowledge but imagination.", Encoding.UTF8.GetString(message.Decrypt(Rfc7516Key)!));
        Assert.Null(message.Decrypt(ContentKey));
        Assert.Null(message.Decrypt(Rfc7516Key.AsSpan(0, 16)));
        Assert.False(message.IsForRequests);
        Assert.Null(Open(Rfc7516));
    }

    [Fact]
    public void TheExampleOfRfc7520IsReadUnderItsContentKey()
    {
        var message = JweCompact.Parse(Rfc7520)!;

        Assert.Equal("samwise.gamgee@hobbiton.example", message.KeyId);
        Assert.Equal(
            "You can trust us to stick with you through thick and thin–to the bitter end. And you can trust us to keep any secret of "
            + "yours–closer than you keep it yourself. But you cannot trust us to let you face trouble alone, and go off without a word. "
            + "We are your friends, Frodo.",
            Encoding.UTF8.GetString(message.Decrypt(Base64Url.DecodeFromChars("mYMfsggkTAm0TbvtlFh2hyoXnbEzJQjMxmgLN3d8xXA"))!));
    }

    [Fact]
    public void AKeyIsNamedByTheThumbprintOfRfc7638() => Assert.Equal(
        "NzbLsXh8uDCcd-6MNwXF4W_7noWXFZAfHkxZsRGC9Xs",
        EncryptionKeys.Thumbprint(
            "0vx7agoebGcQSuuPiLJXZptN9nndrQmbXEps2aiAFbWhM78LhWx4cbbfAAtVT86zwu1RK7aPFFxuhDR1L6tSoc_BJECPebWKRXjBZCiFV4n3oknjhMstn64tZ_2W"
            + "-5JsGY4Hc5n9yBXArwl93lqt7_RN5w6Cf0h4QyQ5v-65YGjQR0_FDW2QvzqY368QQMicAtaSqzs8KJZgnYb9c7d0zgdAZHzu6qMQvRL5hajrn1n91CbOpbISD08q"
            + "NLyrdkt-bFTWhAI4vMQFh6WeZu0fM4lFd2NcRwr3XPksINHaQ-G_xBniIqbw0Ls1jF44-csFCur-kEgU8awapJzKnqDKgw",
            "AQAB"));

    [Fact]
    public void WhatIsEncryptedForTheKeyIsOpenedWithItsContentKey()
    {
        var opened = Open(Message())!;

        Assert.Equal("""{"a":1}""", Encoding.UTF8.GetString(opened.Plaintext));
        Assert.Equal(ContentKey, opened.ContentKey);
    }

    [Fact]
    public void AnAnswerIsReadUnderItsContentKeyAndNoTwoAreAlike()
    {
        var (header, text) = ("""{"alg":"dir","enc":"A256GCM"}"""u8.ToArray(), "{\"b\":\"é\"}"u8.ToArray());
        var first = Encoding.ASCII.GetString(JweCompact.Encrypt(ContentKey, header, text));
        var second = Encoding.ASCII.GetString(JweCompact.Encrypt(ContentKey, header, text));

        Assert.Equal("{\"b\":\"é\"}", EncryptedClient.Decrypt(first, ContentKey).Text);
        Assert.Equal(text, JweCompact.Parse(first)!.Decrypt(ContentKey));
        Assert.All(first.Split('.').Zip(second.Split('.')).Skip(2), parts => Assert.NotEqual(parts.First, parts.Second));
        Assert.Empty(EncryptedClient.Decrypt(Encoding.ASCII.GetString(JweCompact.Encrypt(ContentKey, header, [])), ContentKey).Text);
    }

    [Fact]
    public void ABitThatIsTurnedInAnyPartIsNoticed()
    {
        var parts = Message().Split('.');
        for (var part = 0; part < parts.Length; part++)
        {
            var bytes = Base64Url.DecodeFromChars(parts[part]);
            for (var i = 0; i < bytes.Length; i++)
            {
                var changed = bytes.ToArray();
                changed[i] ^= (byte)(1 << (i % 8));
                Assert.Null(Open(Joined(parts, part, Base64Url.EncodeToString(changed))));
            }
        }
    }

    [Fact]
    public void PartsOfTwoMessagesMakeNoThird()
    {
        var (first, second) = (Message().Split('.'), Message(plaintext: """{"a":2}""", contentKey: SHA256.HashData("another key"u8)).Split('.'));
        for (var part = 1; part < first.Length; part++)
        {
            Assert.Null(Open(Joined(first, part, second[part])));
            for (var other = 1; other < first.Length; other++)
                if (other != part) Assert.Null(Open(Joined([.. first.Select((text, i) => i == other ? first[part] : text)], part, first[other])));
        }
    }

    [Theory]
    [InlineData("""{"alg":"RSA-OAEP","enc":"A256GCM"}""")]
    [InlineData("""{"alg":"RSA1_5","enc":"A256GCM"}""")]
    [InlineData("""{"alg":"dir","enc":"A256GCM"}""")]
    [InlineData("""{"alg":"none","enc":"A256GCM"}""")]
    [InlineData("""{"alg":"rsa-oaep-256","enc":"A256GCM"}""")]
    [InlineData("""{"alg":"RSA-OAEP-256","enc":"A128CBC-HS256"}""")]
    [InlineData("""{"alg":"RSA-OAEP-256","enc":"A128GCM"}""")]
    [InlineData("""{"alg":"RSA-OAEP-256"}""")]
    [InlineData("""{"enc":"A256GCM"}""")]
    public void OtherAlgorithmsAreNotOpened(string header) => Assert.Null(Open(Message(header)));

    [Theory]
    [InlineData("""{"alg":"RSA-OAEP-256","enc":"A256GCM","crit":["exp"],"exp":1}""")]
    [InlineData("""{"alg":"RSA-OAEP-256","enc":"A256GCM","zip":"DEF"}""")]
    [InlineData("""{"alg":"RSA-OAEP-256","enc":"A256GCM","alg":"RSA-OAEP-256"}""")]
    [InlineData("""{"alg":"RSA-OAEP-256","enc":"A256GCM","kid":1}""")]
    [InlineData("""{"alg":"RSA-OAEP-256","enc":"A256GCM",}""")]
    [InlineData("""["RSA-OAEP-256"]""")]
    [InlineData("null")]
    [InlineData("")]
    public void AHeaderThatCannotBeTrustedToMeanOneThingIsRefused(string header) => Assert.Null(JweCompact.Parse(Message(header)));

    [Fact]
    public void AHeaderMayHave1024Characters()
    {
        static string Header(int length) => $$"""{"alg":"RSA-OAEP-256","enc":"A256GCM","x":"{{new string('x', length)}}"}""";
        var most = (JweCompact.MaxHeaderLength / 4 * 3) - Header(0).Length;

        Assert.NotNull(Open(Message(Header(most))));
        Assert.Null(JweCompact.Parse(Message(Header(most + 1))));
    }

    [Fact]
    public void TextThatIsNoCanonicalBase64UrlIsRefused()
    {
        var parts = Message().Split('.');
        for (var part = 0; part < parts.Length; part++)
        {
            foreach (var changed in new[] { parts[part] + "=", parts[part] + " ", parts[part][..^1] + "+", parts[part] + "é", "\n" + parts[part] })
                Assert.Null(JweCompact.Parse(Joined(parts, part, changed)));
        }

        // The tag's last character has four bits to spare: another spelling of the same bytes.
        var last = parts[4][^1];
        var spelling = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
        Assert.Null(JweCompact.Parse(Joined(parts, 4, parts[4][..^1] + spelling[spelling.IndexOf(last, StringComparison.Ordinal) + 1])));
    }

    [Theory]
    [InlineData("")]
    [InlineData(".")]
    [InlineData("....")]
    [InlineData(".....")]
    [InlineData("a.b.c")]
    [InlineData("{\"protected\":\"x\"}")]
    public void WhatIsNotFivePartsIsRefused(string text)
    {
        Assert.Null(JweCompact.Parse(text));
        Assert.Null(JweCompact.Parse(Message() + "." + text));
        Assert.Null(JweCompact.Parse(text + "." + Message()));
    }

    [Theory]
    [InlineData(16)]
    [InlineData(31)]
    [InlineData(33)]
    [InlineData(0)]
    public void AContentKeyOfAnotherLengthIsNotOpened(int bytes)
    {
        var contentKey = new byte[32];
        // Encrypted under the key that a careless reader would make of it, padded or cut to length.
        Assert.Null(Open(EncryptedClient.Encrypt(Header, Key.Encrypt(new byte[bytes], RSAEncryptionPadding.OaepSHA256), contentKey, "{}")));
    }

    [Fact]
    public void AKeyWrappedInAnotherWayIsNotOpened()
    {
        foreach (var padding in new[] { RSAEncryptionPadding.OaepSHA1, RSAEncryptionPadding.Pkcs1, RSAEncryptionPadding.OaepSHA512 })
            Assert.Null(Open(EncryptedClient.Encrypt(Header, Key.Encrypt(ContentKey, padding), ContentKey, "{}")));
    }

    private const string Header = """{"alg":"RSA-OAEP-256","enc":"A256GCM"}""";

    private static string Message(string header = Header, string plaintext = """{"a":1}""", byte[]? contentKey = null) => EncryptedClient.Encrypt(
        header, Key.Encrypt(contentKey ?? ContentKey, RSAEncryptionPadding.OaepSHA256), contentKey ?? ContentKey, plaintext);

    private static OpenedJwe? Open(string token) => JweCompact.Parse(token)?.Open(Key);

    private static string Joined(string[] parts, int part, string instead) => string.Join('.', parts.Select((text, i) => i == part ? instead : text));
}
