"""Fits the clusters when there are none, or when a refit is wanted; else keeps what there is."""


def model(dbt, session):
    """Return every fit so far; the work is done in customer_segments.fits."""
    from customer_segments.fits.cluster_fits import Settings, current_fits
    from customer_segments.sql import literal

    variables = dbt.config.get("meta")
    this = dbt.this
    exists = session.execute(
        "select count(*) from duckdb_tables()"
        " where database_name = current_database()"
        f" and schema_name = {literal(this.schema)} and table_name = {literal(this.identifier)}"
    ).fetchall()[0][0]
    return current_fits(
        session,
        dbt.ref("int_contact_cluster_inputs"),
        dbt.ref("preference_segments"),
        session.query(f"select * from {this}") if exists else None,
        Settings.of(variables),
        str(variables["refit_clusters"]).lower() == "true",
    )
