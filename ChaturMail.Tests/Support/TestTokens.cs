using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;

namespace ChaturMail.Tests.Support;

/// <summary>Makes tokens, good ones and every kind of bad one.</summary>
public static class TestTokens
{
    public const string Project = "demo-chaturmail";

    /// <summary>The key pair of RFC 7515 appendix A.2.1.</summary>
    public static readonly RSAParameters Rfc7515Key = new()
    {
        Modulus = Bytes("ofgWCuLjybRlzo0tZWJjNiuSfb4p4fAkd_wWJcyQoTbji9k0l8W26mPddxHmfHQp-Vaw-4qPCJrcS2mJPMEzP1Pt0Bm4d4QlL-yRT-SFd2lZS-pC"
            + "gNMsD1W_YpRPEwOWvG6b32690r2jZ47soMZo9wGzjb_7OMg0LOL-bSf63kpaSHSXndS5z5rexMdbBYUsLA9e-KXBdQOS-UTo7WTBEMa2R2CapHg665xs"
            + "mtdVMTBQY4uDZlxvb3qCo5ZwKh9kG4LT6_I5IhlJH7aGhyxXFvUK-DWNmoudF8NAco9_h9iaGNj8q2ethFkMLs91kzk2PAcDTW9gb54h4FRWyuXpoQ"),
        Exponent = Bytes("AQAB"),
        D = Bytes("Eq5xpGnNCivDflJsRQBXHx1hdR1k6Ulwe2JZD50LpXyWPEAeP88vLNO97IjlA7_GQ5sLKMgvfTeXZx9SE-7YwVol2NXOoAJe46sui395IW_GO-pWJ1O0"
            + "BkTGoVEn2bKVRUCgu-GjBVaYLU6f3l9kJfFNS3E0QbVdxzubSu3Mkqzjkn439X0M_V51gfpRLI9JYanrC4D4qAdGcopV_0ZHHzQlBjudU2QvXt4ehNYT"
            + "CBr6XCLQUShb1juUO1ZdiYoFaFQT5Tw8bGUl_x_jTj3ccPDVZFD9pIuhLhBOneufuBiB4cS98l2SR_RQyGWSeWjnczT0QU91p1DhOVRuOopznQ"),
        P = Bytes("4BzEEOtIpmVdVEZNCqS7baC4crd0pqnRH_5IB3jw3bcxGn6QLvnEtfdUdiYrqBdss1l58BQ3KhooKeQTa9AB0Hw_Py5PJdTJNPY8cQn7ouZ2KKDcmnPG"
            + "BY5t7yLc1QlQ5xHdwW1VhvKn-nXqhJTBgIPgtldC-KDV5z-y2XDwGUc"),
        Q = Bytes("uQPEfgmVtjL0Uyyx88GZFF1fOunH3-7cepKmtH4pxhtCoHqpWmT8YAmZxaewHgHAjLYsp1ZSe7zFYHj7C6ul7TjeLQeZD_YwD66t62wDmpe_HlB-TnBA"
            + "-njbglfIsRLtXlnDzQkv5dTltRJ11BKBBypeeF6689rjcJIDEz9RWdc"),
        DP = Bytes("BwKfV3Akq5_MFZDFZCnW-wzl-CCo83WoZvnLQwCTeDv8uzluRSnm71I3QCLdhrqE2e9YkxvuxdBfpT_PI7Yz-FOKnu1R6HsJeDCjn12Sk3vmAktV2zb3"
            + "4MCdy7cpdTh_YVr7tss2u6vneTwrA86rZtu5Mbr1C1XsmvkxHQAdYo0"),
        DQ = Bytes("h_96-mK1R_7glhsum81dZxjTnYynPbZpHziZjeeHcXYsXaaMwkOlODsWa7I9xXDoRwbKgB719rrmI2oKr6N3Do9U0ajaHF-NKJnwgjMd2w9cjz3_-kyN"
            + "lxAr2v4IKhGNpmM5iIgOS1VZnOZ68m6_pbLBSp3nssTdlqvd0tIiTHU"),
        InverseQ = Bytes("IYd7DHOhrWvxkwPQsRM2tOgrjbcrfvtQJipd-DlcxyVuuM9sQLdgjVk2oy26F0EmpScGLq2MowX7fhd_QJQ3ydy5cY7YIBi87w93IKLEdfnb"
            + "JtoOPLUW0ITrJReOgo1cq9SbsxYawBgfp_gh6A5603k2-ZQwVK0JKSHuLFkuQ3U"),
    };

    public static string Hs256(string key, string payload, string header = """{"alg":"HS256","typ":"JWT"}""") =>
        Hs256(Encoding.UTF8.GetBytes(key), payload, header);

    public static string Hs256(byte[] key, string payload, string header = """{"alg":"HS256","typ":"JWT"}""")
    {
        var input = Part(header) + "." + Part(payload);
        return input + "." + Base64Url.EncodeToString(HMACSHA256.HashData(key, Encoding.UTF8.GetBytes(input)));
    }

    public static string Rs256(RSAParameters key, string payload, string header = """{"alg":"RS256","kid":"k1","typ":"JWT"}""")
    {
        var input = Part(header) + "." + Part(payload);
        using var rsa = RSA.Create(key);
        return input + "." + Base64Url.EncodeToString(
            rsa.SignData(Encoding.UTF8.GetBytes(input), HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1));
    }

    public static string NotSigned(string payload) => Part("""{"alg":"none","typ":"JWT"}""") + "." + Part(payload) + ".";

    /// <summary>The claims of a session.</summary>
    public static string SessionClaims(DateTimeOffset now, Action<JsonObject>? change = null) => Change(change, new JsonObject
    {
        ["email"] = "asha.rao@example.com",
        ["uid"] = "Zk3T9pQ0rXgJ5bN1mVwYc8LdA2f1",
        ["iat"] = now.ToUnixTimeSeconds(),
        ["exp"] = now.AddDays(30).ToUnixTimeSeconds(),
    });

    /// <summary>The claims that Firebase gives somebody who signed in with Google a minute ago.</summary>
    public static string FirebaseClaims(DateTimeOffset now, Action<JsonObject>? change = null) => Change(change, new JsonObject
    {
        ["name"] = "Asha Rao",
        ["picture"] = "https://pictures.example.com/asha.png",
        ["iss"] = "https://securetoken.google.com/" + Project,
        ["aud"] = Project,
        ["auth_time"] = now.AddMinutes(-1).ToUnixTimeSeconds(),
        ["user_id"] = "Zk3T9pQ0rXgJ5bN1mVwYc8LdA2f1",
        ["sub"] = "Zk3T9pQ0rXgJ5bN1mVwYc8LdA2f1",
        ["iat"] = now.AddMinutes(-1).ToUnixTimeSeconds(),
        ["exp"] = now.AddMinutes(59).ToUnixTimeSeconds(),
        ["email"] = "asha.rao@example.com",
        ["email_verified"] = true,
        ["firebase"] = new JsonObject { ["identities"] = new JsonObject(), ["sign_in_provider"] = "google.com" },
    });

    /// <summary>A JWK set that holds the public half of <paramref name="key"/> under each of the ids.</summary>
    public static string JwkSet(RSAParameters key, params string[] ids) => new JsonObject
    {
        ["keys"] = new JsonArray([.. ids.Select(id => Jwk(key, id))]),
    }.ToJsonString();

    public static JsonObject Jwk(RSAParameters key, string id) => new()
    {
        ["kty"] = "RSA",
        ["alg"] = "RS256",
        ["use"] = "sig",
        ["kid"] = id,
        ["n"] = Base64Url.EncodeToString(key.Modulus),
        ["e"] = Base64Url.EncodeToString(key.Exponent),
    };

    /// <summary>One part of a compact JWS.</summary>
    public static string Part(string text) => Base64Url.EncodeToString(Encoding.UTF8.GetBytes(text));

    private static string Change(Action<JsonObject>? change, JsonObject claims)
    {
        change?.Invoke(claims);
        return claims.ToJsonString();
    }

    private static byte[] Bytes(string base64Url) => Base64Url.DecodeFromChars(base64Url);
}
