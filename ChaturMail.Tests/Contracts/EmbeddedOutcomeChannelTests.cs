using ChaturMail.Core.Queue;
using ChaturMail.Core.Queue.Embedded;
using Microsoft.Extensions.Logging.Abstractions;

namespace ChaturMail.Tests.Contracts;

public sealed class EmbeddedOutcomeChannelTests : OutcomeChannelContract
{
    protected override Task<OutcomeChannelFixture> OpenFixtureAsync() => Task.FromResult<OutcomeChannelFixture>(new Fixture());

    private sealed class Fixture : OutcomeChannelFixture
    {
        protected override OutcomeChannel Make(TimeSpan askEvery) =>
            new EmbeddedOutcomeChannel(Jobs, TimeProvider.System, askEvery, NullLogger<EmbeddedOutcomeChannel>.Instance);
    }
}
