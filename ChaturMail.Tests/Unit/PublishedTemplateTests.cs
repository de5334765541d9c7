using ChaturMail.Core.Language;
using ChaturMail.Core.Language.Composer;
using ChaturMail.Core.Prompts;
using ChaturMail.Tests.Support;

namespace ChaturMail.Tests.Unit;

/// <summary>Whatever an operator sends as a template, it is taken or its fault is named: no other exception, then or when an email is written.</summary>
public sealed class PublishedTemplateTests
{
    [Theory]
    [InlineData("leads: [~]")]
    [InlineData("signoff: []")]
    [InlineData("signoff: ['']")]
    [InlineData("order: [when, When]")]
    [InlineData("variants: [~]")]
    [InlineData("variants: [{when: [~]}]")]
    [InlineData("after: {a: b}")]
    [InlineData("frames: {topic: ['{k}.'], Topic: ['{k}.']}")]
    [InlineData("frames: {topic: ~}")]
    [InlineData("open: {any: [~]}")]
    [InlineData("pairs: {when when when: ['{k}.']}")]
    [InlineData("? [a]: b")]
    public void AComposerSectionThatMeansNothingIsNamed(string field)
    {
        string[] usual = ["tone: formal", "open: {any: ['I write.']}", "frames: {topic: ['It is {k}.']}", "close: ['Thank you.']", "signoff: ['Best regards']"];
        var yaml = string.Join('\n', usual.Where(line => line.Split(':')[0] != field.Split(':')[0]).Append(field));
        var template = PromptCatalog.ParsePublished(Operators.Template() + "\n\n# Composer\n\n" + yaml);

        Assert.Contains("# Composer", Assert.Throws<PromptFileException>(() => OfflineComposer.Check(template)).Problem, StringComparison.Ordinal);
    }

    [Fact]
    public async Task AChangedTemplateIsTakenOrItsFaultIsNamed()
    {
        var lines = Repository.Read("ChaturMail.Core/Prompts/Templates/resignation.md").Split('\n');
        var random = new Random(20261121);
        var composer = new OfflineComposer(ComposerCatalog.Catalog);
        var taken = 0;
        for (var i = 0; i < 400; i++)
        {
            var changed = lines.ToList();
            for (var change = random.Next(1, 4); change > 0; change--)
            {
                var at = random.Next(changed.Count);
                switch (random.Next(4))
                {
                    case 0: changed.RemoveAt(at); break;
                    case 1: changed.Insert(at, changed[random.Next(changed.Count)]); break;
                    case 2: changed[at] = changed[at][..random.Next(changed[at].Length + 1)]; break;
                    default: changed[at] = changed[at].Insert(random.Next(changed[at].Length + 1), "{[\":-&*~|\t'#"[random.Next(12)].ToString()); break;
                }
            }

            try
            {
                var template = PromptCatalog.ParsePublished(string.Join('\n', changed));
                OfflineComposer.Check(template);
                await composer.WriteAsync(new ModelRequest(template, "Resignation", ["last day 14 March", "thanks"], "peter@kruidhuis.example", "Camila Rojas", i), default);
                taken++;
            }
            catch (PromptFileException)
            {
                // Its fault is named.
            }
        }

        Assert.InRange(taken, 50, 390);
    }
}
