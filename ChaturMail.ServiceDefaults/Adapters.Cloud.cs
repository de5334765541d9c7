using ChaturMail.Cloud;
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
}
