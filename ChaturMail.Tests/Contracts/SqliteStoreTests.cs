using ChaturMail.Core.Conversations;
using ChaturMail.Core.Events;
using ChaturMail.Core.Spending;
using ChaturMail.Core.Storage;
using ChaturMail.Core.Storage.Sqlite;
using ChaturMail.Tests.Support;

namespace ChaturMail.Tests.Contracts;

/// <summary>The embedded database as a <see cref="StoreFixture"/>.</summary>
public sealed class SqliteFixture : StoreFixture
{
    private readonly TextFolder _folder = new();

    public SqliteFixture()
    {
        Database = new SqliteDatabase(Path.Combine(_folder.Path, "test.db"));
        Users = new SqliteUserStore(Database, Time);
        Emails = new SqliteEmailStore(Database);
        Jobs = new SqliteJobStore(Database, Time);
        Feedback = new SqliteFeedbackStore(Database);
        OwnPrompts = new SqliteOwnPromptStore(Database, Time);
        Spending = new SqliteSpendingStore(Database);
        Coins = new SqliteCoinLedger(Database);
        Audit = new SqliteAuditLog(Database);
        PersonalData = new SqlitePersonalDataStore(Database);
        Erasures = new SqliteErasureStore(Database);
        FormerAccounts = new SqliteFormerAccountStore(Database);
        Content = new SqliteContentStore(Database);
        Usage = new SqliteUsageStore(Database);
        SecondFactors = new SqliteSecondFactorStore(Database);
        LocalAccounts = new SqliteLocalAccountStore(Database);
        Messages = new SqliteMessageStore(Database);
        Documents = new SqliteDocumentStore(Database);
        Outbox = new SqliteOutbox(Database);
    }

    public SqliteDatabase Database { get; }

    public override IUserStore Users { get; }

    public override IEmailStore Emails { get; }

    public override IJobStore Jobs { get; }

    public override IFeedbackStore Feedback { get; }

    public override IOwnPromptStore OwnPrompts { get; }

    public override ISpendingStore Spending { get; }

    public override ICoinLedger Coins { get; }

    public override IAuditLog Audit { get; }

    public override IPersonalDataStore PersonalData { get; }

    public override IErasureStore Erasures { get; }

    public override IFormerAccountStore FormerAccounts { get; }

    public override IContentStore Content { get; }

    public override IUsageStore Usage { get; }

    public override ISecondFactorStore SecondFactors { get; }

    public override ILocalAccountStore LocalAccounts { get; }

    public override IMessageStore Messages { get; }

    public override IDocumentStore Documents { get; }

    public override IOutbox Outbox { get; }

    public override ValueTask DisposeAsync()
    {
        Database.Dispose();
        _folder.Dispose();
        return ValueTask.CompletedTask;
    }
}

public sealed class SqliteUserStoreTests : UserStoreContract
{
    protected override StoreFixture Open() => new SqliteFixture();
}

public sealed class SqliteJobStoreTests : JobStoreContract
{
    protected override StoreFixture Open() => new SqliteFixture();
}

public sealed class SqliteEmailStoreTests : EmailStoreContract
{
    protected override StoreFixture Open() => new SqliteFixture();
}

public sealed class SqliteOwnPromptStoreTests : OwnPromptStoreContract
{
    protected override StoreFixture Open() => new SqliteFixture();
}

public sealed class SqliteSpendingStoreTests : SpendingStoreContract
{
    protected override StoreFixture Open() => new SqliteFixture();
}

public sealed class SqlitePersonalDataStoreTests : PersonalDataStoreContract
{
    protected override StoreFixture Open() => new SqliteFixture();
}

public sealed class SqliteAuditLogTests : AuditLogContract
{
    protected override StoreFixture Open() => new SqliteFixture();
}

public sealed class SqliteErasureStoreTests : ErasureStoreContract
{
    protected override StoreFixture Open() => new SqliteFixture();
}

public sealed class SqliteContentStoreTests : ContentStoreContract
{
    protected override StoreFixture Open() => new SqliteFixture();
}

public sealed class SqliteFormerAccountStoreTests : FormerAccountStoreContract
{
    protected override StoreFixture Open() => new SqliteFixture();
}

public sealed class SqliteOperatorStoreTests : OperatorStoreContract
{
    protected override StoreFixture Open() => new SqliteFixture();
}

public sealed class SqliteSecondFactorStoreTests : SecondFactorStoreContract
{
    protected override StoreFixture Open() => new SqliteFixture();
}

public sealed class SqliteSessionStoreTests : SessionStoreContract
{
    protected override StoreFixture Open() => new SqliteFixture();
}

public sealed class SqliteLocalAccountStoreTests : LocalAccountStoreContract
{
    protected override StoreFixture Open() => new SqliteFixture();
}

public sealed class SqliteDocumentStoreTests : DocumentStoreContract
{
    protected override StoreFixture Open() => new SqliteFixture();
}

public sealed class SqliteMessageStoreTests : MessageStoreContract
{
    protected override StoreFixture Open() => new SqliteFixture();
}
