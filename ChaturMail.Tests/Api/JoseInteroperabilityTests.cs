using System.Text.RegularExpressions;
using ChaturMail.Tests.Support;

namespace ChaturMail.Tests.Api;

/// <summary>The package jose of npm on the other side, by the very lines that docs/api.md shows to client developers.</summary>
public sealed partial class JoseInteroperabilityTests
{
    // Signs in, asks for the account, is refused, and reads an email along. Prints a line for each.
    private const string Client =
        """

        const [server] = process.argv.slice(1)
        const fetchKey = await fetch(server + '/misc/getPublicKey', { method: 'POST', body: '{}', headers: { 'Content-Type': 'application/json' } })
        const key = (await fetchKey.json()).payload[0]
        console.log('kid', key.kid === await calculateJwkThumbprint(key))

        const signIn = { email: 'a@example.com', idToken: 'dev:a@example.com', loginMethod: 'google', fcmToken: 'none' }
        const token = (await post(server, key, '/auth/getJWTToken', signIn)).payload[0].token
        console.log('user', (await post(server, key, '/user/getUserData', {}, token)).payload[0].email)
        console.log('refused', (await post(server, key, '/misc/submitFeedback', { subject: 'é' }, token)).code)
        console.log('unknown', (await post(server, { ...key, kid: 'x' }, '/misc/submitFeedback', {}, token)).code)

        const leave = { promptId: '1', subject: 'Leave request', keywords: 'annual leave', toEmail: 'maria.lopez@example.com' }
        const { request, contentKey } = await encrypt(key, '/email/streamEmail', leave, token)
        const stream = await fetch(server + '/email/streamEmail', { method: 'POST', body: request,
          headers: { 'Content-Type': 'application/jose', Authorization: 'Bearer ' + token } })
        const events = []
        for (const line of (await stream.text()).split('\n').filter(line => line.startsWith('data: '))) {
          const { plaintext, protectedHeader } = await compactDecrypt(line.slice(6), contentKey)
          events.push(protectedHeader.event)
          if (protectedHeader.event === 'email') console.log('email', JSON.parse(new TextDecoder().decode(plaintext)).payload[0].toEmailId)
        }
        console.log('events', events[0], events.at(-1))
        """;

    [Fact]
    public async Task TheClientOfTheDocumentTalksToTheApi()
    {
        NodeTools.Folder();
        await using var api = await TestApi.StartAsync("Encryption:PrivateKey=" + EncryptedClient.PrivateKey);
        var shown = Script().Match(Repository.Read("docs/api.md")).Groups["script"].Value;
        Assert.NotEmpty(shown);

        using var node = NodeTools.Start("import { calculateJwkThumbprint } from 'jose'\n" + shown + Client, api.Client.Http.BaseAddress!.ToString().TrimEnd('/'));
        var (output, errors) = (node.StandardOutput.ReadToEndAsync(), node.StandardError.ReadToEndAsync());
        await node.WaitForExitAsync(TestContext.Current.CancellationToken).WaitAsync(TimeSpan.FromSeconds(60));

        Assert.Equal("", await errors);
        Assert.Equal(
            ["kid true", "user a@example.com", "refused invalid_field", "unknown unknown_encryption_key", "email maria.lopez@example.com", "events accepted email"],
            (await output).Split('\n', StringSplitOptions.RemoveEmptyEntries));
    }

    [GeneratedRegex(@"```js\n(?<script>import [\s\S]*?)```")]
    private static partial Regex Script();
}
