using ChaturMail.Cloud;
using ChaturMail.Cloud.Firebase;
using ChaturMail.Core.Firebase;
using Microsoft.Extensions.Hosting;

namespace ChaturMail.ServiceDefaults;

/// <content>Compiled under <c>Cloud=true</c> only.</content>
public static partial class Adapters
{
    static partial void AddMongoStore(IHostApplicationBuilder builder, string address, ref bool added)
    {
        if (!CloudAdapters.TryAddMongoStore(builder, address))
            throw new StartupException("DB_URI is not a MongoDB connection string (mongodb:// or mongodb+srv://).");
        added = true;
    }

    static partial void AddFirebaseAdminIdentity(
        IHostApplicationBuilder builder, string project, ServiceAccountOptions? account, string? emulatorHost, ref bool added)
    {
        FirebaseAdapters.AddIdentity(builder.Services, project, account, emulatorHost);
        added = true;
    }

    static partial void AddFirebaseAdminMessages(IHostApplicationBuilder builder, ServiceAccountOptions account, ref bool added)
    {
        FirebaseAdapters.AddMessages(builder.Services, account);
        added = true;
    }
}
