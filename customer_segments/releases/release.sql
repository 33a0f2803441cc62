-- The table that says of which publication the others are.
create table {schema}.release (
    release bigint primary key, as_of date not null, built_at timestamp not null,
    git_revision varchar, project_version varchar not null
);
comment on table {schema}.release is
    'Which publication these tables are of. One row in all.';
comment on column {schema}.release.release is
    'Number of the publication; a later one has a higher number.';
comment on column {schema}.release.as_of is 'The day whose segments these are.';
comment on column {schema}.release.built_at is 'When they were published, in UTC.';
comment on column {schema}.release.git_revision is
    'Revision of the project that made them, with -dirty if it had been changed since.'
    ' NULL outside of git.';
comment on column {schema}.release.project_version is 'Version of the project.';
