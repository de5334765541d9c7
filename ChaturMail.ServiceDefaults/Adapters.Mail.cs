using ChaturMail.Core.Mail;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace ChaturMail.ServiceDefaults;

public static partial class Adapters
{
    /// <summary>Adds the product's own mail: by SMTP where <c>Mail:Host</c> names a server, in Development into a folder otherwise.</summary>
    /// <exception cref="StartupException">The settings cannot work.</exception>
    public static void AddMail(this IHostApplicationBuilder builder)
    {
        var options = builder.Configuration.ReadOptions<MailOptions>("Mail", o => o.Validate());
        builder.Services.AddSingleton(options);
        if (options.Host.Length > 0)
            builder.Services.AddSingleton<IMailTransport, SmtpMail>();
        else if (builder.Environment.IsDevelopment())
            builder.Services.AddSingleton<IMailTransport>(s => new FolderMail(
                Path.Combine(builder.Configuration.DataFolder(), "mail"), options.From, s.GetRequiredService<TimeProvider>()));
        else
            return;
        builder.Services.AddSingleton<MailOutbox>();
        builder.Services.AddHostedService(s => s.GetRequiredService<MailOutbox>());
    }
}
