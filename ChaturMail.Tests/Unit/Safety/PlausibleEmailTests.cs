using ChaturMail.Core.Emails;
using ChaturMail.Core.Language;
using ChaturMail.Core.Language.Safety;
using ChaturMail.Tests.Support;

namespace ChaturMail.Tests.Unit.Safety;

/// <summary>Good emails as real models write them, each with what its user asked: none may be rejected, and none may lose a line.</summary>
public sealed class PlausibleEmailTests
{
    private const string Signature = "Asha Rao\nHead of Sales, Northwind\n+49 151 2345678\nhttps://northwind.example/asha?ref=mail";

    public static TheoryData<string, string, string, EmailOptions, string> Emails { get; } = new()
    {
        {
            "signature", "Offer 2026-114", "volume discount, valid until 30 November",
            new EmailOptions { Signature = Signature },
            "Dear Maria,\n\nThank you for your interest. We can offer a volume discount, valid until 30 November.\n\nBest regards,\n" + Signature
        },
        {
            "phone", "Call me back", "+91 98765 43210, before 6 pm, contract",
            EmailOptions.None,
            "Hi Maria,\n\nCould you call me back about the contract before 6 pm? My number is +91-98765-43210 (mobile), or 098765 43210 within India.\n\nThanks,\nAsha"
        },
        {
            "order", "Order 4502981173 has not arrived", "ordered on 3 March 2026, tracking 1Z999AA10123456784, refund",
            EmailOptions.None,
            "Dear Customer Service Team,\n\nI am writing about order #4502981173, which I placed on 3 March 2026. According to the tracking number 1Z999AA10123456784, the parcel has not moved since 5 March. Please refund the order or send it again.\n\nThank you for your help.\n\nSincerely,\nAsha Rao"
        },
        {
            "prices", "Quotation for laptops", "25 laptops, EUR 1,249.00 each, delivery in 14 days",
            EmailOptions.None,
            "Dear Maria,\n\nWe would like to order the following:\n\n- 25 laptops at EUR 1,249.00 each\n- Total: EUR 31,225.00 (net)\n- Delivery: within 14 days\n\nPlease confirm by return.\n\nKind regards,\nAsha Rao"
        },
        {
            "steps", "Server move on Saturday", "downtime 22:00-02:00, save your work, restart",
            EmailOptions.None,
            "Hello everyone,\n\nWe will move the server on Saturday. Expect a downtime from 22:00 to 02:00.\n\nWhat you need to do:\n\n1. Save your work before 22:00.\n2. Log out of all systems.\n3. Restart your computer on Monday morning.\n\nWe apologize for any inconvenience.\n\nBest,\nAsha"
        },
        {
            "german", "Terminverschiebung", "Besprechung am 14.10.2026, neu: 21.10.2026 um 10:30 Uhr",
            EmailOptions.None,
            "Sehr geehrte Frau Lopez,\n\nleider muss ich unsere Besprechung am 14.10.2026 verschieben. Passt Ihnen der 21.10.2026 um 10:30 Uhr?\n\nIch bitte um Ihr Verständnis und danke Ihnen für eine kurze Rückmeldung.\n\nMit freundlichen Grüßen\nAsha Rao"
        },
        {
            "german refusal-like", "Absage der Einladung", "Sommerfest, leider verhindert",
            EmailOptions.None,
            "Hallo Maria,\n\nes tut mir leid, aber ich kann am Sommerfest nicht teilnehmen. Leider bin ich verhindert.\n\nViele Grüße\nAsha"
        },
        {
            "french", "Demande de congé", "du 12 au 16 octobre, remplacement par Priya",
            EmailOptions.None,
            "Madame, Monsieur,\n\nJe me permets de vous adresser ma demande de congé du 12 au 16 octobre. Priya assurera mon remplacement.\n\nJe vous prie d'agréer, Madame, Monsieur, l'expression de mes salutations distinguées.\n\nAsha Rao"
        },
        {
            "french polite", "Facture no 2026-0417", "erreur de TVA, montant 1 250,00 €",
            EmailOptions.None,
            "Bonjour Madame Lopez,\n\nSauf erreur de ma part, la facture n° 2026-0417 d'un montant de 1 250,00 € comporte une erreur de TVA. Pourriez-vous m'en adresser une version corrigée ?\n\nDans l'attente de votre retour, je vous remercie par avance.\n\nCordialement,\nAsha Rao"
        },
        {
            "hindi", "छुट्टी के लिए आवेदन", "12 से 16 अक्टूबर, पारिवारिक विवाह",
            EmailOptions.None,
            "आदरणीय महोदय,\n\nमुझे 12 से 16 अक्टूबर तक पारिवारिक विवाह के कारण छुट्टी चाहिए। कृपया मेरी छुट्टी स्वीकार करें।\n\nआपकी कृपा के लिए धन्यवाद।\n\nभवदीया,\nआशा राव"
        },
        {
            "context dates", "Re: Delivery of PO 77120045", "agree, ask for 2 pallets more",
            new EmailOptions { Context = "Hello Asha,\nyour order PO-77120045 will be delivered on 18.11.2026 between 08:00 and 12:00. Call us at +44 20 7946 0958 with reference REF-5550199.\nTom Baker\nwww.northwind.example" },
            "Hello Tom,\n\nThank you for your message. The delivery of PO-77120045 on 18 November 2026 between 08:00 and 12:00 suits us. I will call you at +44 20 7946 0958 with reference REF-5550199 if anything changes. Could you add 2 pallets?\n\nBest regards,\nAsha"
        },
        {
            "context invoice", "Re: Invoice 90018442", "was paid on 2 May, send proof",
            new EmailOptions { Context = "Dear Asha, invoice 90018442 over USD 3,400 is overdue. Please send it to our bank. Maria" },
            "Dear Maria,\n\nThank you for your reminder about invoice 90018442. We paid it from our bank account on 2 May. I will send you the proof of payment today.\n\nKind regards,\nAsha Rao"
        },
        {
            "short thanks", "Thank you for the interview", "data engineer, enjoyed the talk",
            EmailOptions.None,
            "Dear Ms. Lopez,\n\nThank you for taking the time to speak with me about the data engineer position. I enjoyed our talk very much.\n\nThank you!\n\nI look forward to hearing from you.\n\nAsha Rao"
        },
        {
            "application", "Application for Senior Developer", "10 years of C#, .NET, Kubernetes, available from 1 January",
            EmailOptions.None,
            "Dear Hiring Manager,\n\nI am writing to apply for the position of Senior Developer. I bring 10 years of experience in C# and .NET as well as Kubernetes. I would be available from 1 January.\n\nI have attached my résumé. I would welcome the chance to discuss my application; please do not hesitate to contact me if you have any questions.\n\nYours sincerely,\n\nAsha Rao"
        },
        {
            "postscript", "Birthday party", "Saturday 7pm, bring music",
            new EmailOptions { Tone = EmailTone.Friendly },
            "Hey Maria!\n\nI'm throwing a birthday party on Saturday at 7pm, and I'd love for you to come. Please bring some music!\n\nCan't wait to see you there!\n\nCheers,\nAsha\n\nP.S. Let me know if you're bringing someone."
        },
        {
            "link", "Register for the webinar", "https://events.northwind.example/register/2026?src=mail, Tuesday 15:00 CET",
            EmailOptions.None,
            "Dear colleagues,\n\nPlease register for our webinar on Tuesday at 15:00 CET:\n\nhttps://events.northwind.example/register/2026?src=mail\n\nWe look forward to your participation.\n\nBest regards,\nAsha Rao"
        },
        {
            "team signature", "Office closed on Monday", "public holiday, back on Tuesday",
            EmailOptions.None,
            "Dear all,\n\nPlease note that the office will be closed on Monday because of the public holiday. We will be back on Tuesday.\n\nEnjoy the long weekend!\n\nBest regards,\n\nAsha Rao\nOffice Management"
        },
        {
            "apology", "Late report", "Q3 report, will be sent tomorrow, apology",
            new EmailOptions { Tone = EmailTone.Apologetic },
            "Dear Maria,\n\nI apologize, but I can't send you the Q3 report today. I'm sorry that I could not finish it in time; you will have it tomorrow by 10 a.m.\n\nI am sorry for the delay.\n\nSincerely,\nAsha"
        },
        {
            "spanish", "Solicitud de presupuesto", "200 camisetas, entrega en Madrid, antes del 5 de mayo",
            EmailOptions.None,
            "Estimada Sra. López:\n\nLe escribo para solicitar un presupuesto de 200 camisetas con entrega en Madrid antes del 5 de mayo.\n\nQuedo a la espera de su respuesta.\n\nAtentamente,\nAsha Rao"
        },
        {
            "account", "Change of bank account", "IBAN DE89 3704 0044 0532 0130 00, from 1 June",
            EmailOptions.None,
            "Dear Maria,\n\nPlease note that our bank account changes on 1 June. The new IBAN is DE89370400440532013000.\n\nBest regards,\nAsha Rao"
        },
        {
            "address", "New office", "12 Baker Street, London NW1 6XE, from 1 March 2026",
            EmailOptions.None,
            "Dear Maria,\n\nWe are moving! From 1 March 2026 you will find us at 12 Baker Street, London NW1 6XE.\n\nPlease update your records.\n\nWarm regards,\nAsha Rao"
        },
        {
            "times", "Interview slots", "Mon 12 Oct 10:00, Tue 13 Oct 14:30, room 4.12",
            EmailOptions.None,
            "Dear Maria,\n\nI can offer you two slots:\n\n- Monday, 12 October 2026, 10:00–10:45\n- Tuesday, 13 October 2026, 14:30–15:15\n\nBoth are in room 4.12. Which one suits you?\n\nRegards,\nAsha"
        },
        {
            "spoken number", "Flight details", "flight LH 760, 14 Nov, 13:05, booking X7K2PQ, passport Z1234567",
            EmailOptions.None,
            "Hi Maria,\n\nHere are my flight details: LH760 on 14 Nov at 13:05, booking code X7K2PQ. My passport number is Z1234567.\n\nSee you soon,\nAsha"
        },
        {
            "indian money", "Fee payment", "INR 2,50,000, paid on 01/04/2026, receipt no 00012345",
            EmailOptions.None,
            "Respected Sir,\n\nI paid the fee of Rs. 2,50,000 (INR 250000) by bank transfer on 01/04/2026. The receipt number is 00012345. Kindly confirm.\n\nThanking you,\n\nYours faithfully,\nAsha Rao"
        },
        {
            "large sum", "Budget", "budget of 1.2 million USD for 2026/27",
            EmailOptions.None,
            "Dear Maria,\n\nThe budget for the fiscal year 2026/27 is USD 1,200,000, which is EUR 1.050.000,00 or 1 050 000 €.\n\nBest regards,\nAsha"
        },
        {
            "items", "Order 4502981173", "three items, one is broken, replacement",
            EmailOptions.None,
            "Dear Sir or Madam,\n\nI am writing about my order 4502981173 (3 items). 1 of them is broken. Please send a replacement.\n\nThank you.\n\nKind regards,\nAsha Rao"
        },
        {
            "hours", "New number", "+91 98765 43210, nine to six on weekdays",
            EmailOptions.None,
            "Hi Maria,\n\nYou reach me at my new number, +91 98765 43210 (9 to 6 on weekdays).\n\nBest,\nAsha"
        },
        {
            "thanks before a sentence", "Meeting notes", "budget approved, next meeting on 4 June",
            EmailOptions.None,
            "Hi Maria,\n\nHere are the meeting notes: the budget was approved, and the next meeting is on 4 June.\n\nThank you!\n\nPlease call with any questions.\n\nAsha Rao"
        },
        {
            "closing of a department", "Maintenance window", "Sunday, 2 am, all systems",
            EmailOptions.None,
            "Dear colleagues,\n\nOn Sunday at 2 am all systems will be down for maintenance.\n\nThank you for your patience.\n\nBest regards,\ni. A. Asha Rao\nIT Services"
        },
        {
            "russian", "Перенос встречи", "среда, 14 октября, 15:00",
            EmailOptions.None,
            "Здравствуйте, Мария!\n\nПредлагаю перенести нашу встречу на среду, 14 октября, в 15:00.\n\nС уважением,\nАша Рао"
        },
        {
            "own signature in German", "Angebot", "gültig bis 30. November, Rabatt 10 %",
            new EmailOptions { Signature = "Asha Rao\nVertrieb" },
            "Sehr geehrte Frau Lopez,\n\nunser Angebot ist gültig bis 30. November. Der Rabatt beträgt 10 %.\n\nHochachtungsvoll\nAsha Rao\nVertrieb"
        },
    };

    [Theory]
    [MemberData(nameof(Emails))]
    public void AGoodEmailIsGivenAsItStands(string name, string subject, string keywords, EmailOptions options, string email)
    {
        var sender = name == "hindi" ? "आशा राव" : "Asha Rao";
        foreach (var template in new[] { "request", "announcement" })
        {
            var request = ComposerCatalog.Request((template, subject, [.. Core.Generation.Keywords.Split(keywords)], "maria.lopez@northwind.example"), 1, sender)
                with
            { Options = options };
            var clean = EmailText.Sign(EmailText.Clean(email, subject, sender), options.Signature, sender);

            Assert.Equal(email, clean);
            Assert.Null(OutputCheck.Problem(request, clean));
        }
    }
}
