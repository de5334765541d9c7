using ChaturMail.Cloud;
using Microsoft.Extensions.Hosting;

namespace ChaturMail.ServiceDefaults;

/// <content>Compiled under <c>Cloud=true</c> only.</content>
public static partial class Adapters
{
    static partial void AddCloudStore(IHostApplicationBuilder builder, string name, ref bool added) =>
        added = CloudAdapters.TryAddStore(builder, name);
}
