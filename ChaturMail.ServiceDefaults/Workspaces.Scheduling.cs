using ChaturMail.Core.Attachments;
using ChaturMail.Core.Mail;
using ChaturMail.Core.Privacy;
using ChaturMail.Core.Scheduling;
using ChaturMail.Core.Workspaces;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace ChaturMail.ServiceDefaults;

public static partial class Workspaces
{
    /// <summary>Adds scheduled delivery: what Api and Worker share. Mail leaves as the product's own does: by SMTP, in Development without a server into a folder.</summary>
    private static void AddScheduling(IHostApplicationBuilder builder)
    {
        var services = builder.Services;
        var options = builder.Configuration.ReadOptions<SchedulingOptions>("Scheduling", o => o.Validate());
        services.AddSingleton(options);
        if (!string.IsNullOrEmpty(builder.Configuration["Mail:Host"]))
        {
            services.AddSingleton<IMailRelay>(s => new SmtpRelay(s.GetRequiredService<MailOptions>(), s.GetRequiredService<TimeProvider>())
            {
                AnswerTimeout = options.AnswerTimeout,
            });
        }
        else if (builder.Environment.IsDevelopment())
        {
            services.AddSingleton<IMailRelay>(s => new FolderRelay(Path.Combine(builder.Configuration.DataFolder(), "mail"), s.GetRequiredService<TimeProvider>()));
        }

        services.AddSingleton<Unsubscriptions>();
        services.AddSingleton<ScheduleService>();
        services.AddSingleton<EmailDelivery>();
        services.AddSingleton<ScheduleRunner>();
        services.AddSingleton<Bounces>();
        services.AddSingleton<ScheduleContent>();
        services.AddSingleton<IPersonalContent>(s => s.GetRequiredService<ScheduleContent>());
        services.AddSingleton<ISweepStep>(s => s.GetRequiredService<ScheduleContent>());
        services.AddSingleton<IAttachmentUse>(s => s.GetRequiredService<ScheduleContent>());
    }
}
