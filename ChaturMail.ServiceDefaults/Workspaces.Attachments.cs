using ChaturMail.Core.Attachments;
using ChaturMail.Core.Attachments.Folder;
using ChaturMail.Core.Attachments.S3;
using ChaturMail.Core.Identity;
using ChaturMail.Core.Privacy;
using ChaturMail.Core.Storage;
using ChaturMail.Core.Workspaces;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace ChaturMail.ServiceDefaults;

public static partial class Workspaces
{
    /// <summary>Adds attachments and avatars: what Api and Worker share.</summary>
    private static void AddAttachments(IHostApplicationBuilder builder)
    {
        var services = builder.Services;
        var options = builder.Configuration.ReadOptions<AttachmentOptions>("Attachments", o => o.Validate());
        services.AddSingleton(options);
        if (options.IsS3)
            services.AddSingleton<IObjectStore>(s => new S3ObjectStore(options, s.GetRequiredService<TimeProvider>()));
        else
            services.AddSingleton<IObjectStore>(s => new FolderObjectStore(
                Path.Combine(builder.Configuration.DataFolder(), "attachments"), s.GetService<DerivedKeys>(), s.GetRequiredService<TimeProvider>()));
        services.AddSingleton(s => new AttachmentService(
            s.GetRequiredService<IDocumentStore>(), s.GetRequiredService<IObjectStore>(), options, s.GetServices<IAttachmentUse>, s.GetRequiredService<TimeProvider>()));
        services.AddSingleton(s => new AvatarService(
            s.GetRequiredService<IDocumentStore>(), s.GetRequiredService<AttachmentService>(), s.GetServices<IMeetingPlace>, s.GetRequiredService<TimeProvider>()));
        services.AddSingleton<IAttachmentUse>(s => s.GetRequiredService<AvatarService>());
        services.AddSingleton<IMeetingPlace, PartiesAsMeetingPlace>();
        services.AddSingleton<ISweepStep, AttachmentSweep>();
        services.AddSingleton<IPersonalContent, PersonalAttachments>();
    }
}
