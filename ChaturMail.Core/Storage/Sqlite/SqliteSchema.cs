using System.Globalization;

namespace ChaturMail.Core.Storage.Sqlite;

/// <summary>The tables, and their changes from version to version of the program (kept in SQLite's <c>user_version</c>).</summary>
internal static partial class SqliteSchema
{
    // One string a version, applied in order; a string that has shipped is never edited.
    internal static readonly string[] Steps =
    [
        """
        CREATE TABLE users (
            id TEXT NOT NULL, uid TEXT PRIMARY KEY, email TEXT NOT NULL, name TEXT NOT NULL, picture TEXT NOT NULL,
            available_tokens INTEGER NOT NULL CHECK (available_tokens >= 0), used_tokens INTEGER NOT NULL, generated_email_count INTEGER NOT NULL,
            fcm_token TEXT NOT NULL, login_method TEXT NOT NULL, auth_time INTEGER NOT NULL, expires INTEGER NOT NULL,
            created_on INTEGER NOT NULL, updated_on INTEGER, disabled INTEGER NOT NULL DEFAULT 0) WITHOUT ROWID;
        CREATE TABLE emails (
            id TEXT PRIMARY KEY, user_id TEXT NOT NULL, prompt_id TEXT NOT NULL, subject TEXT NOT NULL, keywords TEXT NOT NULL,
            text TEXT NOT NULL, to_email TEXT NOT NULL, coins INTEGER NOT NULL, created_on INTEGER NOT NULL, model TEXT, note TEXT);
        CREATE INDEX emails_of_a_user ON emails (user_id, created_on DESC, id DESC);
        CREATE TABLE jobs (
            id TEXT PRIMARY KEY, user_id TEXT NOT NULL, prompt_id TEXT NOT NULL, subject TEXT NOT NULL, keywords TEXT NOT NULL,
            to_email TEXT NOT NULL, sender_name TEXT NOT NULL, coins INTEGER NOT NULL, seed INTEGER NOT NULL, accepted_at INTEGER NOT NULL,
            trace_parent TEXT, state INTEGER NOT NULL, failure TEXT, ended_at INTEGER);
        CREATE INDEX jobs_of_a_user ON jobs (user_id);
        CREATE INDEX jobs_queued ON jobs (accepted_at) WHERE state = 0;
        CREATE INDEX jobs_ended ON jobs (ended_at) WHERE state <> 0;
        CREATE TABLE feedback (
            id TEXT PRIMARY KEY, user_id TEXT NOT NULL, email TEXT NOT NULL, subject TEXT NOT NULL, message TEXT NOT NULL, created_on INTEGER NOT NULL);
        CREATE INDEX feedback_of_a_user ON feedback (user_id);
        CREATE TABLE queue (
            job_id TEXT PRIMARY KEY, visible_at INTEGER NOT NULL, attempts INTEGER NOT NULL DEFAULT 0, held INTEGER NOT NULL DEFAULT 0) WITHOUT ROWID;
        CREATE INDEX queue_by_time ON queue (visible_at);
        CREATE TABLE dead_letters (
            job_id TEXT PRIMARY KEY, reason TEXT NOT NULL, attempts INTEGER NOT NULL, buried_at INTEGER NOT NULL) WITHOUT ROWID;
        """,
        """
        CREATE TABLE idempotency_keys (
            user_id TEXT NOT NULL, key TEXT NOT NULL, job_id TEXT NOT NULL, fingerprint TEXT NOT NULL, claimed_at INTEGER NOT NULL,
            PRIMARY KEY (user_id, key)) WITHOUT ROWID;
        CREATE INDEX idempotency_keys_by_time ON idempotency_keys (claimed_at);
        """,
        """
        ALTER TABLE queue ADD COLUMN first_taken_at INTEGER;
        ALTER TABLE dead_letters ADD COLUMN first_taken_at INTEGER;
        """,
        """
        ALTER TABLE jobs ADD COLUMN notify INTEGER NOT NULL DEFAULT 0;
        """,
        """
        CREATE INDEX users_by_device ON users (fcm_token) WHERE fcm_token <> '';
        """,
        """
        ALTER TABLE jobs ADD COLUMN options TEXT;
        ALTER TABLE jobs ADD COLUMN rewrite TEXT;
        ALTER TABLE jobs ADD COLUMN streamed INTEGER NOT NULL DEFAULT 0;
        ALTER TABLE jobs ADD COLUMN version INTEGER NOT NULL DEFAULT 1;
        ALTER TABLE jobs ADD COLUMN parent_id TEXT;
        ALTER TABLE jobs ADD COLUMN root_id TEXT;
        ALTER TABLE emails ADD COLUMN options TEXT;
        ALTER TABLE emails ADD COLUMN usage TEXT;
        ALTER TABLE emails ADD COLUMN version INTEGER NOT NULL DEFAULT 1;
        ALTER TABLE emails ADD COLUMN parent_id TEXT;
        ALTER TABLE emails ADD COLUMN root_id TEXT;
        ALTER TABLE emails ADD COLUMN original TEXT;
        ALTER TABLE emails ADD COLUMN edited_on INTEGER;
        CREATE INDEX emails_of_a_chain ON emails (root_id) WHERE root_id IS NOT NULL;
        """,
        """
        CREATE TABLE email_chains (
            user_id TEXT NOT NULL, root_id TEXT NOT NULL, taken INTEGER NOT NULL, PRIMARY KEY (user_id, root_id)) WITHOUT ROWID;
        """,
        """
        CREATE TABLE own_prompts (
            id TEXT PRIMARY KEY, user_id TEXT NOT NULL, title TEXT NOT NULL, guidance TEXT NOT NULL, placeholders TEXT NOT NULL, example TEXT,
            created_on INTEGER NOT NULL, updated_on INTEGER NOT NULL, deleted INTEGER NOT NULL DEFAULT 0) WITHOUT ROWID;
        CREATE INDEX own_prompts_of_a_user ON own_prompts (user_id, created_on DESC, id DESC);
        CREATE INDEX emails_of_own_prompts ON emails (user_id, prompt_id) WHERE length(prompt_id) = 24;
        ALTER TABLE users ADD COLUMN own_prompts INTEGER NOT NULL DEFAULT 0;
        """,
        """
        CREATE TABLE model_budgets (
            day INTEGER NOT NULL, user_id TEXT NOT NULL, nano_usd INTEGER NOT NULL, PRIMARY KEY (day, user_id)) WITHOUT ROWID;
        CREATE INDEX model_budgets_of_a_user ON model_budgets (user_id);
        CREATE TABLE model_totals (
            day INTEGER NOT NULL, provider TEXT NOT NULL, model TEXT NOT NULL, role INTEGER NOT NULL, calls INTEGER NOT NULL,
            input_tokens INTEGER NOT NULL, output_tokens INTEGER NOT NULL, nano_usd INTEGER NOT NULL, milliseconds INTEGER NOT NULL,
            PRIMARY KEY (day, provider, model, role)) WITHOUT ROWID;
        CREATE TABLE comparisons (
            email_id TEXT PRIMARY KEY, user_id TEXT NOT NULL, compared_at INTEGER NOT NULL,
            model TEXT NOT NULL, nano_usd INTEGER NOT NULL, milliseconds INTEGER NOT NULL, words INTEGER NOT NULL,
            second_model TEXT NOT NULL, second_nano_usd INTEGER NOT NULL, second_milliseconds INTEGER NOT NULL, second_words INTEGER NOT NULL,
            second_text TEXT NOT NULL);
        CREATE INDEX comparisons_of_a_user ON comparisons (user_id);
        CREATE INDEX comparisons_by_time ON comparisons (compared_at);
        """,
        """
        ALTER TABLE users ADD COLUMN is_admin INTEGER NOT NULL DEFAULT 0;
        ALTER TABLE users ADD COLUMN tokens_valid_from INTEGER;
        CREATE TABLE sessions (
            id TEXT PRIMARY KEY, user_id TEXT NOT NULL, device TEXT NOT NULL, login_method TEXT NOT NULL, created_on INTEGER NOT NULL,
            used_on INTEGER NOT NULL, expires INTEGER NOT NULL, second_factor INTEGER NOT NULL) WITHOUT ROWID;
        CREATE INDEX sessions_of_a_user ON sessions (user_id);
        CREATE INDEX users_who_are_admins ON users (id) WHERE is_admin = 1;
        CREATE INDEX sessions_by_expiry ON sessions (expires);
        CREATE TABLE ended_tokens (
            user_id TEXT NOT NULL, id TEXT NOT NULL, expires INTEGER NOT NULL, session_id TEXT, PRIMARY KEY (user_id, id)) WITHOUT ROWID;
        CREATE INDEX ended_tokens_by_expiry ON ended_tokens (expires);
        """,
        """
        CREATE TABLE coin_ledger (
            sequence INTEGER PRIMARY KEY AUTOINCREMENT, id TEXT NOT NULL UNIQUE, user_id TEXT NOT NULL, kind INTEGER NOT NULL,
            coins INTEGER NOT NULL, spent INTEGER NOT NULL, reference TEXT NOT NULL, at INTEGER NOT NULL);
        CREATE INDEX coin_ledger_of_a_user ON coin_ledger (user_id, sequence);
        INSERT INTO coin_ledger (id, user_id, kind, coins, spent, reference, at)
            SELECT 'opening:' || id, uid, 0, available_tokens, used_tokens, '', unixepoch() * 1000 FROM users ORDER BY created_on, id;
        """,
        """
        CREATE TABLE audit (
            id TEXT PRIMARY KEY, at INTEGER NOT NULL, actor TEXT NOT NULL, action TEXT NOT NULL, target TEXT NOT NULL, details TEXT NOT NULL) WITHOUT ROWID;
        CREATE INDEX audit_by_time ON audit (at);
        CREATE INDEX audit_by_second ON audit (at / 1000 DESC, id DESC);
        CREATE INDEX audit_of_a_target ON audit (target, at / 1000 DESC, id DESC);
        """,
        """
        CREATE TABLE one_time_codes (
            key TEXT PRIMARY KEY, digest BLOB NOT NULL, tries INTEGER NOT NULL, expires INTEGER NOT NULL) WITHOUT ROWID;
        CREATE INDEX one_time_codes_by_expiry ON one_time_codes (expires);
        CREATE TABLE one_time_code_issues (key TEXT NOT NULL, issued_at INTEGER NOT NULL, PRIMARY KEY (key, issued_at)) WITHOUT ROWID;
        CREATE INDEX one_time_code_issues_by_time ON one_time_code_issues (issued_at);
        """,
        """
        CREATE TABLE claims (key TEXT PRIMARY KEY, expires INTEGER NOT NULL) WITHOUT ROWID;
        CREATE INDEX claims_by_expiry ON claims (expires);
        """,
        """
        CREATE TABLE erasures (
            id TEXT PRIMARY KEY, user_id TEXT NOT NULL, begun_at INTEGER NOT NULL, attempts INTEGER NOT NULL, next_at INTEGER NOT NULL,
            job_ids TEXT NOT NULL) WITHOUT ROWID;
        CREATE TABLE former_accounts (
            digest TEXT PRIMARY KEY, erased_at INTEGER NOT NULL, day INTEGER NOT NULL, nano_usd INTEGER NOT NULL, address_digest TEXT) WITHOUT ROWID;
        CREATE INDEX former_accounts_by_time ON former_accounts (erased_at);
        CREATE INDEX former_accounts_by_address ON former_accounts (address_digest) WHERE address_digest IS NOT NULL;
        ALTER TABLE users ADD COLUMN email_verified INTEGER NOT NULL DEFAULT 0;
        """,
        """
        CREATE TABLE published_content (
            kind INTEGER NOT NULL, id TEXT NOT NULL, data TEXT NOT NULL, withdrawn INTEGER NOT NULL, updated_on INTEGER NOT NULL, version INTEGER NOT NULL,
            PRIMARY KEY (kind, id));
        CREATE INDEX published_versions ON published_content (version);
        CREATE INDEX users_by_second ON users (created_on / 1000 DESC, id DESC);
        CREATE INDEX emails_by_time ON emails (created_on, user_id);
        CREATE INDEX coin_ledger_by_time ON coin_ledger (at, kind, coins, spent);
        CREATE INDEX feedback_by_time ON feedback (created_on DESC, id DESC);
        """,
        """
        CREATE TABLE second_factors (
            user_id TEXT PRIMARY KEY, email INTEGER NOT NULL DEFAULT 0, totp TEXT, pending_totp TEXT, last_step INTEGER NOT NULL DEFAULT -1,
            verified_address TEXT) WITHOUT ROWID;
        CREATE TABLE recovery_codes (user_id TEXT NOT NULL, digest TEXT NOT NULL, PRIMARY KEY (user_id, digest)) WITHOUT ROWID;
        """,
        """
        CREATE TABLE local_accounts (
            user_id TEXT PRIMARY KEY, email TEXT NOT NULL UNIQUE, name TEXT NOT NULL, password_hash TEXT NOT NULL, created_on INTEGER NOT NULL,
            verified_on INTEGER) WITHOUT ROWID;
        CREATE INDEX local_accounts_unverified ON local_accounts (created_on) WHERE verified_on IS NULL;
        CREATE TABLE sign_in_attempts (
            key TEXT PRIMARY KEY, count INTEGER NOT NULL, last_on INTEGER NOT NULL, locked_until INTEGER NOT NULL) WITHOUT ROWID;
        CREATE INDEX sign_in_attempts_by_time ON sign_in_attempts (last_on);
        """,
        """
        CREATE INDEX jobs_by_acceptance ON jobs (accepted_at);
        DROP INDEX jobs_ended;
        CREATE INDEX jobs_ended ON jobs (ended_at, state, failure, accepted_at) WHERE state <> 0;
        CREATE INDEX dead_letters_by_time ON dead_letters (-buried_at, job_id);
        """,
        "ALTER TABLE sessions ADD COLUMN no_push INTEGER NOT NULL DEFAULT 0;",
        """
        CREATE TABLE documents (
            kind TEXT NOT NULL, id TEXT NOT NULL, version INTEGER NOT NULL, sort INTEGER NOT NULL, data TEXT NOT NULL, PRIMARY KEY (kind, id));
        CREATE TABLE document_keys (
            kind TEXT NOT NULL, key TEXT NOT NULL, sort INTEGER NOT NULL, id TEXT NOT NULL, PRIMARY KEY (kind, key, sort, id)) WITHOUT ROWID;
        CREATE INDEX document_keys_of_one ON document_keys (kind, id);
        CREATE TABLE document_uniques (kind TEXT NOT NULL, value TEXT NOT NULL, id TEXT NOT NULL, PRIMARY KEY (kind, value)) WITHOUT ROWID;
        CREATE INDEX document_uniques_of_one ON document_uniques (kind, id);
        CREATE TABLE outbox (
            sequence INTEGER PRIMARY KEY AUTOINCREMENT, id TEXT NOT NULL UNIQUE, type TEXT NOT NULL, subject TEXT NOT NULL, actor TEXT NOT NULL,
            at INTEGER NOT NULL, data TEXT NOT NULL);
        """,
        Messages,
        Events,
    ];

    public static void Apply(SqliteSession session, string path)
    {
        session.Execute("PRAGMA journal_mode = WAL");
        // Two processes that start together on a new file must not both make its tables.
        session.Execute("BEGIN IMMEDIATE");
        var version = Convert.ToInt32(session.Scalar("PRAGMA user_version"), CultureInfo.InvariantCulture);
        if (version > Steps.Length)
            throw new InvalidOperationException($"{path} was written by a newer ChaturMail (schema {version}, this one knows {Steps.Length}).");
        foreach (var step in Steps.Skip(version)) session.Execute(step);
        session.Execute(string.Create(CultureInfo.InvariantCulture, $"PRAGMA user_version = {Steps.Length}"));
        session.Execute("COMMIT");
    }
}
